import { resolve } from "node:path";
import { plan } from "../../plan/plan";

/* Prints the plan of a stack file as `npm run -s plan` does, with the SDK as it is. */
plan({ root: resolve(__dirname, "../.."), stack: "dev", configFile: process.argv[2] }).then(
  (made) => process.stdout.write(JSON.stringify(made)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

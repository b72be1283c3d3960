import { resolve } from "node:path";
import { UsageError } from "../plan/arguments";
import { leaveOutClosures } from "../plan/offline/program";
import { type PlanFailure, asFailure } from "../plan/failure";
import { type Options, readArguments, stackName, usage } from "./arguments";
import { type BakedImage, checkBakes, imagesOf } from "./images";
import { Pulumi } from "./pulumi";
import { targetsOf } from "./targets";

/* The command that bakes a stack's image and nothing else. */
const root = resolve(__dirname, "..");

async function main(options: Options): Promise<number> {
  leaveOutClosures();
  const { plan } = await import("../plan/plan");
  // The plan knows every resource by its URN, and finds what is wrong with the stack file before pulumi is asked.
  const planned = await plan({ root, stack: stackName(options.stack), configFile: options.configFile });
  checkBakes(planned);
  const pulumi = new Pulumi(root, options.stack);
  const code = await pulumi.bringUp(targetsOf(planned, await pulumi.state()), {
    ...options,
    output: options.json ? "stderr" : "stdout",
  });
  if (code !== 0) return code;
  // A preview changes no state, and what that says may be of another recipe.
  tell(imagesOf(planned, options.mode === "preview" ? [] : await pulumi.state()), options);
  return 0;
}

function tell(images: readonly BakedImage[], { json, mode, stack }: Options): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ stack, images }, undefined, 2)}\n`);
    return;
  }
  for (const { service, recipe, image } of images) {
    if (image !== null) process.stdout.write(`${image}\n`);
    else if (mode === "preview")
      process.stderr.write(`${service}: a preview knows no reference; the image would be that of recipe ${recipe}\n`);
    else throw new Error(`pulumi says that all is well, but the state has no image of recipe ${recipe}`);
  }
}

/** Ends the process once all is written: what a program that failed has left behind would go on to fail. */
function failed({ message }: PlanFailure): void {
  process.stderr.write(`${message}\n`, () => process.exit(1));
}

try {
  const options = readArguments(process.argv.slice(2));
  if (options === undefined) process.stdout.write(usage);
  else
    main(options).then(
      (code) => {
        process.exitCode = code;
      },
      (error: unknown) => {
        failed(asFailure(error));
      },
    );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

import { resolve } from "node:path";
import { stackName } from "../plan/arguments";
import { type PlanFailure, UsageError, asFailure } from "../plan/failure";
import { skipBookkeeping, skipClosureSerializer } from "../plan/offline/sdk";
import { type Options, readArguments, usage } from "./arguments";
import { type BakedImage, checkBakes, imagesOf } from "./images";
import { Pulumi } from "./pulumi";
import { targetsOf } from "./targets";

/* The command that bakes a stack's image and nothing else. */
const root = resolve(__dirname, "..");

async function main(options: Options): Promise<number> {
  skipClosureSerializer();
  const { plan } = await import("../plan/plan");
  skipBookkeeping();
  // The plan has the URN of every resource, and reports an invalid stack file before pulumi runs.
  const planned = await plan({ root, stack: stackName(options.stack), configFile: options.configFile });
  checkBakes(planned);
  const pulumi = new Pulumi(root, options.stack);
  const code = await pulumi.run(targetsOf(planned, await pulumi.state()), {
    ...options,
    output: options.json ? "stderr" : "stdout",
  });
  if (code !== 0) return code;
  // A preview does not change the state, which may be that of another recipe.
  print(imagesOf(planned, options.mode === "preview" ? [] : await pulumi.state()), options);
  return 0;
}

function print(images: readonly BakedImage[], { json, mode, stack }: Options): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ stack, images }, undefined, 2)}\n`);
    return;
  }
  for (const { service, recipe, image } of images) {
    if (image !== null) process.stdout.write(`${image}\n`);
    else if (mode === "preview")
      process.stderr.write(`${service}: a preview has no reference; the image would be that of recipe ${recipe}\n`);
    else throw new Error(`pulumi succeeded, but the state has no image of recipe ${recipe}`);
  }
}

/** Ends the process once the message is written: what a failed program has started would go on and fail too. */
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

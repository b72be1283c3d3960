import { resolve } from "node:path";
import { type Options, readArguments, usage } from "./arguments";
import type { Changes, Plan } from "./contract";
import { type PlanFailure, UsageError, asFailure } from "./failure";
import { skipBookkeeping, skipClosureSerializer } from "./offline/sdk";

/*
 * The offline plan's command. It writes to standard output only once everything is known, and the process counts as
 * failed until `end` says otherwise, so that a crash never looks like a plan.
 */
const root = resolve(__dirname, "..");
let finished = false;

process.on("exit", (code) => {
  if (finished) return;
  if (code === 0) console.error("no plan: the program ended the process, or waits for something that never happens");
  process.exitCode = code === 0 ? 1 : code;
});

async function main(options: Options): Promise<string> {
  skipClosureSerializer();
  const request = { root, stack: options.stack, configFile: options.configFile };
  // The other tree's plan runs in another process at the same time.
  const before =
    options.against === undefined ? undefined : (await import("./against")).planAgainst(request, options.against);
  const { plan } = await import("./plan");
  skipBookkeeping();
  const after = await plan(request);
  return print(after, options, before && (await before)(after));
}

async function print(plan: Plan, { format, resources }: Options, changes: Changes | undefined): Promise<string> {
  if (format === "json") return `${JSON.stringify(changes ? { ...plan, changes } : plan, undefined, 2)}\n`;
  if (format === "markdown") return (await import("./render/markdown")).markdownOf(plan, { resources, changes });
  const width = Math.min(120, Math.max(60, process.stdout.columns || 100));
  return (await import("./render/text")).textOf(plan, { width, resources, changes });
}

/** Ends the process once everything is written: an exit before that would cut a long plan short in a pipe. */
function end(code: number, output: string, errors: string): void {
  finished = true;
  process.stderr.write(errors, () => process.stdout.write(output, () => process.exit(code)));
}

function failed({ message, problems }: PlanFailure, format: string): void {
  end(1, format === "json" ? `${JSON.stringify({ problems }, undefined, 2)}\n` : "", `${message}\n`);
}

// A reader such as head may close the pipe.
process.stdout.on("error", () => process.exit(0));

try {
  const options = readArguments(process.argv.slice(2));
  if (options === undefined) end(0, usage, "");
  else
    main(options).then(
      (output) => {
        end(0, output, "");
      },
      (error: unknown) => {
        failed(asFailure(error), options.format);
      },
    );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  end(2, "", `${error.message}\n\n${usage}`);
}

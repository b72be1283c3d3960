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

/** What to print, and the exit status. */
interface Result {
  readonly output: string;
  readonly code: number;
}

async function main(options: Options): Promise<Result> {
  skipClosureSerializer();
  const { stack, configFile, ledger } = options;
  const outputs = ledger === undefined ? undefined : await (await import("./stack-outputs")).readOutputs(root, ledger);
  const other = { root, stack, configFile };
  const request = { ...other, outputs };
  const compare =
    options.against === undefined ? undefined : await (await import("./against")).planAgainst(other, options.against);
  // Before the plan, and not at the end: tsx stores what it compiles while the plan is made. The process does not wait
  // for it at its exit, and the next plan would compile it again.
  const print = await printer(options);
  const { plan } = await import("./plan");
  skipBookkeeping();
  const first = await plan(request);
  if (compare === undefined) return { output: print(first, undefined), code: 0 };
  const [{ standingGateways }] = await Promise.all([import("./derive/standing"), import("./derive/changes")]);
  const comparison = await compare();
  const standing = standingGateways(comparison.before, first);
  const after = standing === undefined ? first : await plan(request, standing);
  const changes = comparison.changesTo(after);
  return { output: print(after, changes), code: await exitCodeOf(changes, options) };
}

/** The exit status of a plan: 0, unless it is to say what changes. */
async function exitCodeOf(changes: Changes | undefined, { detailedExitCode }: Options): Promise<number> {
  if (changes === undefined || !detailedExitCode) return 0;
  const { isDestructive, isRefused, nothingChanges } = await import("./derive/changes");
  if (nothingChanges(changes)) return 0;
  return isRefused(changes) ? 1 : isDestructive(changes) ? 3 : 2;
}

/** Loads what the format needs, and returns what prints a plan in it. */
async function printer({ format, resources }: Options): Promise<(plan: Plan, changes: Changes | undefined) => string> {
  if (format === "json")
    return (plan, changes) => `${JSON.stringify(changes ? { ...plan, changes } : plan, undefined, 2)}\n`;
  if (format === "markdown") {
    const { markdownOf } = await import("./render/markdown");
    return (plan, changes) => markdownOf(plan, { resources, changes });
  }
  const { textOf } = await import("./render/text");
  const width = Math.min(120, Math.max(60, process.stdout.columns || 100));
  return (plan, changes) => textOf(plan, { width, resources, changes });
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
      ({ output, code }) => {
        end(code, output, "");
      },
      (error: unknown) => {
        failed(asFailure(error), options.format);
      },
    );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  // Status 2 would say that something changes.
  end(process.argv.includes("--detailed-exitcode") ? 1 : 2, "", `${error.message}\n\n${usage}`);
}

import { checkStack, parsed, whichStack } from "../plan/arguments";
import { UsageError } from "../plan/failure";

/** What the command does. */
export const actions = ["status", "watch", "abort", "promote", "back", "weights", "renew"] as const;
export type Action = (typeof actions)[number];

/** Those that edit the stack file. */
const editing = ["back", "weights", "renew"] as const;
export type EditAction = (typeof editing)[number];

/** Whether an action edits the stack file. */
export function isEdit(action: Action): action is EditAction {
  return (editing as readonly Action[]).includes(action);
}

/** The command line's options. */
export interface Options {
  readonly action: Action;
  /** The stack as Pulumi knows it: its name, or organisation/name, or organisation/project/name; default dev. */
  readonly stack: string;
  /** The stack file; undefined: `Pulumi.<name>.yaml`. */
  readonly configFile: string | undefined;
  /** Whether the result is printed as JSON; default no. */
  readonly json: boolean;
  /** Of `back`: the id or version of the release to go back to; undefined: the newest one without traffic. */
  readonly release?: string | undefined;
  /** Of `weights`: percent of the traffic by release id or version. */
  readonly shares?: ReadonlyMap<string, number> | undefined;
  /** Whether `pulumi up` runs after the stack file was edited; default no. */
  readonly up: boolean;
  /** Whether that `pulumi up` does not ask; default no. */
  readonly yes: boolean;
}

/** The help text. */
export const usage = `Shows a stack's releases as the cloud has them, ends a rollout early, and edits which releases serve.
Uses the pulumi on the PATH and the credentials of the stack's configuration.

Usage: npm run -s release -- <action> [options]

  status                    the releases: their shares of the traffic in the cloud, in the stack's outputs and in its
                            file, and their instances; and the alarms that a rollout watches
  watch                     prints each change of these, until a rollout has ended
  abort                     end the rollout under way: what served before gets its traffic back, and pulumi up fails
  promote                   end the rollout under way: the new release gets all its traffic at once, and nobody
                            watches it further
  back [release]            edit the stack file so that it describes a release again that has had traffic, by its id
                            or version; default: the newest one without traffic
  weights <release>=<percent> ...
                            edit the shares of the traffic in the stack file, of the releases that it has; the
                            service's own release has the rest
  renew                     edit the stack file so that it describes a new release of the same version, whose
                            instances read their secrets anew

  --stack <name>            the stack; default dev
  --config-file <path>      its stack file; default Pulumi.<stack>.yaml
  --up                      run pulumi up after the edit; --yes with it: without asking
  --json                    print the result as JSON
  --help                    show this text

abort and promote wait until the update that runs the rollout has obeyed, for at most a minute. back, weights
and renew leave the file's comments and order as they are, print what has changed, and touch nothing else: commit the
file.

Exit status: 0 if it is done, 1 if not, 2 for invalid options.
`;

/** Reads the command line; undefined for `--help`. Throws a UsageError. */
export function readArguments([first, ...others]: readonly string[]): Options | undefined {
  if (first === undefined || first === "--help" || first === "-h") return undefined;
  const action = actions.find((one) => one === first);
  if (action === undefined)
    throw new UsageError(`the first argument must be one of ${actions.join(", ")}, got "${first}"`);
  const takes = action === "back" || action === "weights";
  const end = takes ? others.findIndex((one) => one.startsWith("-")) : 0;
  const [operands, rest] = end === -1 ? [others, []] : [others.slice(0, end), others.slice(end)];
  const {
    stack,
    "config-file": configFile,
    json,
    help,
    up,
    yes,
  } = parsed(rest, {
    ...whichStack,
    json: { type: "boolean", default: false },
    up: { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
  });
  if (help) return undefined;
  checkStack(stack);
  if (up && !isEdit(action)) throw new UsageError(`--up is for ${editing.join(", ")}: the others edit nothing`);
  if (yes && !up) throw new UsageError("--yes is for --up, which asks without it");
  if (json && action === "watch") throw new UsageError("watch prints lines and has no --json: use status --json");
  const common = { action, stack, configFile, json, up, yes };
  if (action === "back") return { ...common, release: onlyOne(operands) };
  return action === "weights" ? { ...common, shares: sharesOf(operands) } : common;
}

function onlyOne(operands: readonly string[]): string | undefined {
  if (operands.length > 1) throw new UsageError(`back takes one release, got ${operands.join(" ")}`);
  return operands[0];
}

function sharesOf(operands: readonly string[]): ReadonlyMap<string, number> {
  const wrong = operands.filter((operand) => !/^[^=]+=(100|\d{1,2})$/.test(operand));
  if (operands.length === 0 || wrong.length > 0)
    throw new UsageError(
      `weights takes <release>=<percent>, a whole number from 0 to 100, such as 1.4.2=90; got ${wrong.join(" ") || "none"}`,
    );
  const shares = operands.map((operand) => operand.split("=") as [string, string]);
  const names = shares.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`weights has ${twice} twice`);
  return new Map(shares.map(([name, percent]) => [name, Number(percent)]));
}

import { checkStack, parsed, whichStack } from "../plan/arguments";
import { UsageError } from "../plan/failure";

/** What the command does. */
export const actions = ["status", "abort", "promote"] as const;
export type Action = (typeof actions)[number];

/** The command line's options. */
export interface Options {
  readonly action: Action;
  /** The stack as Pulumi knows it: its name, or organisation/name, or organisation/project/name; default dev. */
  readonly stack: string;
  /** The stack file; undefined: `Pulumi.<name>.yaml`. */
  readonly configFile: string | undefined;
  /** Whether the result is printed as JSON; default no. */
  readonly json: boolean;
}

/** The help text. */
export const usage = `Shows a stack's releases as the cloud has them, and ends a rollout early.
Uses the pulumi on the PATH and the credentials of the stack's configuration.

Usage: npm run -s release -- <action> [options]

  status   the releases: their shares of the traffic in the cloud and in the stack's outputs, and their instances
  abort    end the rollout under way: what served before gets its traffic back, and pulumi up fails
  promote  end the rollout under way: the new release gets all its traffic at once, and nobody watches it further

  --stack <name>        the stack; default dev
  --config-file <path>  its stack file; default Pulumi.<stack>.yaml
  --json                print the result as JSON
  --help                show this text

abort and promote wait until the update that runs the rollout has obeyed, for at most a minute.

Exit status: 0 if it is done, 1 if not, 2 for invalid options.
`;

/** Reads the command line; undefined for `--help`. Throws a UsageError. */
export function readArguments([first, ...rest]: readonly string[]): Options | undefined {
  if (first === undefined || first === "--help" || first === "-h") return undefined;
  const action = actions.find((one) => one === first);
  if (action === undefined)
    throw new UsageError(`the first argument must be one of ${actions.join(", ")}, got "${first}"`);
  const {
    stack,
    "config-file": configFile,
    json,
    help,
  } = parsed(rest, { ...whichStack, json: { type: "boolean", default: false } });
  if (help) return undefined;
  checkStack(stack);
  return { action, stack, configFile, json };
}

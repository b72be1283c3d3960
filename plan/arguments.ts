import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "../components/error-message";
import { UsageError } from "./failure";

/** The formats in which a plan is printed. */
export const formats = ["text", "markdown", "json"] as const;
/** A format in which a plan is printed. */
export type Format = (typeof formats)[number];

/** The command line's options. */
export interface Options {
  /** The stack's name; default dev. */
  readonly stack: string;
  /** How the plan is printed; default text. */
  readonly format: Format;
  /** Whether every resource is listed; default no. JSON has them in any case. */
  readonly resources: boolean;
  /** The git ref with whose plan this one is compared; undefined: no comparison. */
  readonly against: string | undefined;
  /** Whether the exit status says what changes; default no. Only with `against`. */
  readonly detailedExitCode: boolean;
  /** The stack file; undefined: `Pulumi.<stack>.yaml`. */
  readonly configFile: string | undefined;
  /** The file with the stack's outputs, `-` for standard input; undefined: the ledger is not known. */
  readonly ledger: string | undefined;
}

/** The help text. */
export const usage = `Shows what a stack's service will be. Needs no account, no engine and no network.

Usage: npm run -s plan -- [options]

  --stack <name>        the stack; default dev
  --config-file <path>  its stack file; default Pulumi.<stack>.yaml
  --format <format>     text (default), markdown for a pull request's comment, or json
  --resources           list every resource
  --against <git ref>   show what changes from that commit, such as main, to the working tree
  --detailed-exitcode   with --against: let the exit status say what changes, see below
  --ledger <file>       what "pulumi stack output --json" prints, - for standard input: with the ledger of releases
                        in it, the plan says which releases take the steps of rollout
  --help                show this text

Exit status: 0 with a plan, 1 without one, 2 for invalid options.
With --detailed-exitcode: 0 if nothing changes; 1 if there is no plan, the options are invalid or pulumi up refuses the
change; 2 if something changes; 3 if something is replaced, data is deleted or an address changes.
`;

/** Reads the command line; undefined for `--help`. Throws a UsageError. */
export function readArguments(args: readonly string[]): Options | undefined {
  const values = parsed(args, {
    ...whichStack,
    format: { type: "string", default: "text" },
    resources: { type: "boolean", default: false },
    against: { type: "string" },
    "detailed-exitcode": { type: "boolean", default: false },
    ledger: { type: "string" },
  });
  if (values.help) return undefined;
  const format = formats.find((known) => known === values.format);
  if (format === undefined)
    throw new UsageError(`--format must be one of ${formats.join(", ")}, got "${values.format}"`);
  if (!/^[A-Za-z0-9_.-]+$/.test(values.stack))
    throw new UsageError(`--stack must be letters, digits, dots, dashes and underscores, got "${values.stack}"`);
  const detailedExitCode = values["detailed-exitcode"];
  if (detailedExitCode && values.against === undefined)
    throw new UsageError("--detailed-exitcode needs --against, with whose plan this one is compared");
  return {
    stack: values.stack,
    format,
    resources: values.resources,
    against: values.against,
    detailedExitCode,
    configFile: values["config-file"],
    ledger: values.ledger,
  };
}

/** The options that every command has: which stack, by which file; and help. */
export const whichStack = {
  stack: { type: "string", short: "s", default: "dev" },
  "config-file": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads a command line by a table of options; anything else in it is a UsageError. */
export function parsed<const T extends NonNullable<ParseArgsConfig["options"]>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** Refuses a stack that Pulumi cannot know: its name, or organisation/name, or organisation/project/name. Throws a UsageError. */
export function checkStack(stack: string): void {
  if (!/^(\w[\w.-]*\/){0,2}\w[\w.-]*$/.test(stack))
    throw new UsageError(
      `--stack must be a stack's name, or organisation/name, or organisation/project/name, got "${stack}"`,
    );
}

/** The name of a stack without its organisation and project. */
export function stackName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

import { checkStack, parsed, whichStack } from "../plan/arguments";
import { UsageError } from "../plan/failure";

/** The command line's options. */
export interface Options {
  /** The stack as Pulumi knows it: its name, or organisation/name, or organisation/project/name; default dev. */
  readonly stack: string;
  /** The stack file; undefined: `Pulumi.<name>.yaml`. */
  readonly configFile: string | undefined;
  /** Whether Pulumi asks for confirmation before it bakes (default), bakes at once, or only previews. */
  readonly mode: "ask" | "yes" | "preview";
  /** Whether the result is printed as JSON, alone on standard output; default no. */
  readonly json: boolean;
}

/** The help text. */
export const usage = `Bakes a stack's image and nothing else, with the pulumi on the PATH. The service does not change.
The last line of output is the image's reference: a valid value of \`image\` wherever that image is used.

Usage: npm run bake -- [options]

  --stack <name>        the stack; default dev
  --config-file <path>  its stack file; default Pulumi.<stack>.yaml
  --yes                 bake without asking for confirmation
  --preview             show what would be done, and bake nothing
  --json                print the result as JSON on standard output, and Pulumi's own output on standard error
  --help                show this text

Exit status: that of pulumi; 1 if pulumi was not run, 2 for invalid options.
`;

/** Reads the command line; undefined for `--help`. Throws a UsageError. */
export function readArguments(args: readonly string[]): Options | undefined {
  const {
    stack,
    yes,
    preview,
    json,
    help,
    "config-file": configFile,
  } = parsed(args, {
    ...whichStack,
    yes: { type: "boolean", short: "y", default: false },
    preview: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  if (help) return undefined;
  if (yes && preview) throw new UsageError("--yes and --preview exclude each other: a preview bakes nothing");
  checkStack(stack);
  return { stack, configFile, mode: yes ? "yes" : preview ? "preview" : "ask", json };
}

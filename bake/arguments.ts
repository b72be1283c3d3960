import { UsageError, parsed, whichStack } from "../plan/arguments";

/** What the user asked for. */
export interface Options {
  /** The stack as Pulumi knows it: its name, or organisation/name, or organisation/project/name; default dev. */
  readonly stack: string;
  /** The stack file; undefined: `Pulumi.<name>.yaml`. */
  readonly configFile: string | undefined;
  /** Whether Pulumi asks before it bakes (default), bakes at once, or only tells what it would do. */
  readonly mode: "ask" | "yes" | "preview";
  /** Whether the result is told as JSON, alone on standard output; default no. */
  readonly json: boolean;
}

/** How the command is used. */
export const usage = `Bakes a stack's image and nothing else, with the pulumi on the PATH; the service stays as it is.
The last line is what \`image\` says wherever that image is used: a reference by digest, or a machine image's id.

Usage: npm run bake -- [options]

  --stack <name>        the stack; default dev
  --config-file <path>  its stack file; default Pulumi.<stack>.yaml
  --yes                 bake without asking
  --preview             only tell what would be done
  --json                tell the result as JSON on standard output, and Pulumi's own output on standard error
  --help                this text

Exit status: Pulumi's own; 1 where it was not run, 2 for options that are not known.
`;

/** Reads the command line; undefined when help was asked for. */
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
  if (!/^(\w[\w.-]*\/){0,2}\w[\w.-]*$/.test(stack))
    throw new UsageError(
      `--stack must be a stack's name, or organisation/name, or organisation/project/name, got "${stack}"`,
    );
  return { stack, configFile, mode: yes ? "yes" : preview ? "preview" : "ask", json };
}

/** The name of a stack without its organisation and project. */
export function stackName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

import { checkStack, parsed, whichStack } from "../plan/arguments";
import { UsageError } from "../plan/failure";

/** The command line's options. */
export interface Options {
  /** The stack as Pulumi knows it: its name, or organisation/name, or organisation/project/name; default dev. */
  readonly stack: string;
  /** The stack file; undefined: `Pulumi.<name>.yaml`. */
  readonly configFile: string | undefined;
  /** A file with the stack's outputs; undefined: `pulumi` prints them. Given together with `state`, or not at all. */
  readonly outputs: string | undefined;
  /** A file with the stack's state; undefined: `pulumi` exports it. */
  readonly state: string | undefined;
  /** The address as this machine reaches it; undefined: the outputs' address, and the gate's for single releases. */
  readonly url: string | undefined;
  /** The name of the stack, or of its service, whose instance is killed; undefined: nothing is changed. */
  readonly disrupt: string | undefined;
  /** Whether the account is checked before a first update, instead of a stack that is up; default no. */
  readonly prerequisites: boolean;
  /** Whether the result is printed as JSON; default no. */
  readonly json: boolean;
}

/** The help text. */
export const usage = `Checks a stack that is up on its cloud: address, releases, logs, files, instances, openings, images, quotas.
Changes nothing without --disrupt. Uses the pulumi on the PATH and the credentials of the stack's configuration.

Usage: npm run -s verify -- [options]

  --stack <name>        the stack; default dev
  --config-file <path>  its stack file; default Pulumi.<stack>.yaml
  --url <url>           the address as this machine reaches it; default the output url
  --disrupt <name>      kill one instance, and count the requests that fail until it is replaced; the name is the
                        stack's once more, or its service's, so that nobody disrupts another one by accident
  --prerequisites       before a first update: check what the account must have
  --outputs <file>      the output of "pulumi stack output --json --show-secrets", instead of running it
  --state <file>        the output of "pulumi stack export", instead of running it
  --json                print the result as JSON
  --help                show this text

VERIFY_TOKEN in the environment: the token of the example app's path that writes and reads a file.

Exit status: 0 if all checks passed, 1 if one failed, 3 if none failed and one could not see, 2 for invalid options.
`;

/** Reads the command line; undefined for `--help`. Throws a UsageError. */
export function readArguments(args: readonly string[]): Options | undefined {
  const {
    stack,
    "config-file": configFile,
    help,
    ...rest
  } = parsed(args, {
    ...whichStack,
    outputs: { type: "string" },
    state: { type: "string" },
    url: { type: "string" },
    disrupt: { type: "string" },
    prerequisites: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  if (help) return undefined;
  const { outputs, state, url, disrupt, prerequisites, json } = rest;
  checkStack(stack);
  if ((outputs === undefined) !== (state === undefined))
    throw new UsageError("--outputs and --state need each other: pulumi prints both, or files have both");
  if (prerequisites && (disrupt !== undefined || outputs !== undefined || url !== undefined))
    throw new UsageError("--prerequisites is about an account before the first update: it takes no stack that is up");
  if (url !== undefined && !/^https?:\/\/[^/]/.test(url))
    throw new UsageError(`--url must begin with http:// or https://, got "${url}"`);
  return { stack, configFile, outputs, state, url, disrupt, prerequisites, json };
}

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { processConfigSymbol } from "../components/config-keys";
import { messageOf } from "../components/error-message";
import { stackName } from "../plan/arguments";
import { PlanFailure } from "../plan/failure";
import { encryptedPlaceholder, readStackFile } from "../plan/offline/stack-file";
import type { Options } from "./arguments";

/** Where a stack is read. */
export type Source = Pick<Options, "stack" | "configFile" | "outputs" | "state">;

/** A resource in a stack's state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  /** Whether it waits for its deletion. */
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A stack as Pulumi recorded it. */
export interface StackRecord {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly StateResource[];
}

/** The configuration of a stack: texts by key, as the engine passes them. */
export type Configuration = Readonly<Record<string, string>>;

/** Reads the stack's outputs and state, from files or from `pulumi`. Throws a PlanFailure. */
export async function readRecord(root: string, options: Source): Promise<StackRecord> {
  const { outputs, state } = options;
  const [outputText, stateText] =
    outputs === undefined || state === undefined
      ? await Promise.all([
          pulumi(root, ["stack", "output", "--json", "--show-secrets", "--stack", options.stack]),
          pulumi(root, ["stack", "export", "--stack", options.stack]),
        ])
      : [outputs, state].map(readText);
  const { deployment } = parse(stateText ?? "", "the stack's state") as {
    deployment?: { resources?: StateResource[] };
  };
  return {
    outputs: parse(outputText ?? "", "the stack's outputs") as StackRecord["outputs"],
    resources: (deployment?.resources ?? []).filter((resource) => resource.delete !== true),
  };
}

/**
 * Reads the stack's configuration. `pulumi` decrypts its secrets. From the stack file alone, which is read where the
 * record is in files, encrypted values are left out.
 */
export async function readConfiguration(root: string, options: Source): Promise<Configuration> {
  const { stack, configFile } = options;
  if (options.outputs !== undefined) {
    const { values } = readStackFile(root, stackName(stack), configFile);
    return Object.fromEntries(Object.entries(values).filter(([, value]) => !value.includes(encryptedPlaceholder)));
  }
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const text = await pulumi(root, ["config", "--json", "--show-secrets", "--stack", stack, ...file]);
  const values = parse(text, "the stack's configuration") as Record<string, { readonly value?: string }>;
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Makes the configuration the one that the remote modules of this process read, credentials included. */
export function useConfiguration(configuration: Configuration): void {
  (globalThis as { [key: symbol]: unknown })[Symbol.for(processConfigSymbol)] = {
    get: (key: string) => configuration[key],
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new PlanFailure(`cannot read ${path}: ${messageOf(error)}`);
  }
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The message of JSON.parse quotes the text, which may have secrets.
    throw new PlanFailure(`${what} is not JSON`);
  }
}

/** Runs the `pulumi` on the PATH, and returns what it prints. */
function pulumi(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args, "--non-interactive"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (text: string) => (printed[stream] += text));
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "ENOENT"
          ? new PlanFailure("there is no pulumi on the PATH; see https://www.pulumi.com/docs/install/")
          : error,
      );
    });
    child.on("close", (code) => {
      if (code === 0) resolve(printed.stdout);
      else reject(new PlanFailure(`pulumi ${args.slice(0, 2).join(" ")} failed:\n  ${printed.stderr.trim()}`));
    });
  });
}

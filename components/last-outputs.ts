import * as pulumi from "@pulumi/pulumi";
import { messageOf } from "./error-message";
import { type RecordedOutputs, readRecorded } from "./recorded-outputs";
import { isMapping } from "./stack-file/values";

export type { Deployed } from "./recorded-outputs";

/** A resource in the stack's state. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a stack knows of itself before an update: its last outputs, and the resources in its state. */
export interface LastOutputs extends RecordedOutputs {
  /** Everything in the state: after an interrupted update, also what that one created. */
  readonly resources: readonly RecordedResource[];
  /** Whether an offline plan runs the program: it knows no ledger, so any release seems to be new. Default: no. */
  readonly offline?: boolean;
}

/**
 * Reads the last outputs of the running program's own stack. `output` names the output that has a service's `outputs`;
 * undefined: the service's outputs are the stack's own. A failed or interrupted update leaves the outputs as they were.
 * Throws a RunError for outputs of a newer format, and for a ledger that cannot be read.
 */
export async function lastOutputs(output?: string): Promise<LastOutputs> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  // The engine answers this call itself, in a preview too; no cloud and no credentials are needed.
  const reply: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const { outputs: recorded, offline } = mapping(reply);
  const resources = Object.entries(mapping(recorded)).map(([urn, resource]) => {
    const { type, outputs } = mapping(resource);
    return { urn, type: typeof type === "string" ? type : "", outputs: mapping(outputs) };
  });
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  try {
    const outputs = readRecorded(output === undefined ? stack : mapping(stack[output]));
    return { ...outputs, resources, ...(offline === true ? { offline } : {}) };
  } catch (error) {
    throw new pulumi.RunError(messageOf(error));
  }
}

/** Whether a resource's type ends with one word, and its name begins with a text. */
export function isNamed(start: string, lastOfType: string): (resource: RecordedResource) => boolean {
  return ({ urn, type }) => type.endsWith(`:${lastOfType}`) && (urn.split("::").at(-1) ?? "").startsWith(start);
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}

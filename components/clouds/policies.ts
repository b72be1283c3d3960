import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSpec } from "../spec";
import { contentNames } from "./content-names";
import { isInput } from "../stack-file/values";

/** A policy to attach to the app's role. */
export interface NamedPolicy {
  /** The logical name of the attachment. */
  readonly resource: string;
  readonly policy: pulumi.Input<string>;
}

/**
 * Names the attachments of a service's policies. A plain ARN names its attachment, so any change of the list attaches
 * the new policies and detaches the removed ones. The output of another resource is unknown when names are given and is
 * named by its position among the outputs: append outputs, and remove them from the end. Otherwise two attachments
 * exchange their policies, and the deletion of the old ones detaches what the new ones have attached.
 */
export function namedPolicies(name: string, { policyArns }: Pick<ServiceSpec, "policyArns">): NamedPolicy[] {
  const names = contentNames(policyArns, isInput);
  return policyArns.map((policy, index) => ({ resource: `${name}-policy-${names[index] ?? ""}`, policy }));
}

import type * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../cloud";
import type { ServiceSpec } from "../../spec";

/** What every part of a service on AWS needs to register its resources. */
export interface Context {
  /** The service's logical name, with which the names of all its resources begin. */
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly facts: StackFacts;
  /** The component that owns every resource. */
  readonly parent: pulumi.Resource;
}

/** The tags of a resource: whose it is, its name in the console, and the user's own. */
export function tagsOf(
  { name, spec, facts }: Context,
  resource: string,
  more: Record<string, string> = {},
): Record<string, string> {
  return { Name: resource, service: name, stack: facts.stack, "managed-by": "pulumi", ...more, ...spec.tags };
}

import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSpec } from "../spec";
import type { StackFacts } from "./cloud";

/** What every part of a service needs to register its resources. */
export interface Context {
  /** The service's logical name. The names of all its resources begin with it. */
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly facts: StackFacts;
  /** The component that owns every resource. */
  readonly parent: pulumi.Resource;
}

/**
 * The tags of a resource: its service, its stack, `more`, and the user's own, which override the others.
 * On AWS use `tagsOf` of aws/tags.ts, which adds the resource's name.
 */
export function tagsOf({ name, spec, facts }: Context, more: Record<string, string> = {}): Record<string, string> {
  return { service: name, stack: facts.stack, "managed-by": "pulumi", ...more, ...spec.tags };
}

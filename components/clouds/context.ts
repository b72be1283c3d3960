import * as pulumi from "@pulumi/pulumi";
import { componentTypes } from "../component-types";
import type { ServiceSpec } from "../spec";
import type { EnvironmentSpec, StackFacts } from "./cloud";

/** What every part of a service, or of an environment, needs to register its resources. */
export interface Context<Spec = ServiceSpec, Facts extends StackFacts = StackFacts> {
  /** The logical name of the service or of the environment. The names of all its resources begin with it. */
  readonly name: string;
  readonly spec: Spec;
  readonly facts: Facts;
  /** The component that owns the resources. */
  readonly parent: pulumi.Resource;
}

/** What the parts of an environment need. A service's context is one too: its own settings are the environment's. */
export type EnvironmentContext = Context<EnvironmentSpec>;

/**
 * Registers a component below the context's, and returns the context for its resources. The component groups them in
 * the engine's tree and must not be named in `dependsOn`: the SDK would wait for every resource below it.
 */
export function childContext<Spec, Facts extends StackFacts>(
  context: Context<Spec, Facts>,
  type: "network" | "loadBalancer" | "files" | "logs" | "identity",
  name: string,
): Context<Spec, Facts> {
  const parent = new pulumi.ComponentResource(componentTypes[type], name, {}, { parent: context.parent });
  return { ...context, parent };
}

/**
 * The tags of a resource: its service, its stack, `more`, and the user's own, which override the others.
 * On AWS use `tagsOf` of aws/tags.ts, which adds the resource's name.
 */
export function tagsOf(
  { name, spec, facts }: Context<Pick<EnvironmentSpec, "tags">>,
  more: Record<string, string> = {},
): Record<string, string> {
  return { service: name, stack: facts.stack, "managed-by": "pulumi", ...more, ...spec.tags };
}

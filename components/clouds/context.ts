import * as pulumi from "@pulumi/pulumi";
import { componentTypes } from "../component-types";
import type { Release, ServiceSpec } from "../spec";
import type { EnvironmentSpec, StackFacts } from "./cloud";
import { ownerTag } from "./tag-keys";

/** What every part of a service, or of an environment, needs to register its resources. */
export interface Context<Spec = ServiceSpec, Facts extends StackFacts = StackFacts> {
  /** The logical name of the service or of the environment. The names of all its resources begin with it. */
  readonly name: string;
  readonly spec: Spec;
  readonly facts: Facts;
  /**
   * The stack's ownership mark, which every resource has in a tag; undefined for an image, which outlives the stack and
   * is built by a command of its own.
   */
  readonly mark: pulumi.Output<string> | undefined;
  /** The component that owns the resources. */
  readonly parent: pulumi.Resource;
}

/** What the parts of an environment need. A service's context is one too: its own settings are the environment's. */
export type EnvironmentContext = Context<EnvironmentSpec>;

/**
 * The zone of the single NAT gateway among a network's zones: the one where it is, or else the first one. `standing`
 * are the zones in which the network has gateways from before, the one that is to stay first.
 */
export function singleNatZone(zones: readonly string[], standing: readonly string[]): string | undefined {
  return standing.find((zone) => zones.includes(zone)) ?? zones[0];
}

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

export { ownerTag };

/** One output for all resources of a stack: an output is some twenty objects. */
const owners = new WeakMap<pulumi.Output<string>, pulumi.Output<string>>();

/** The tag that shows which stack owns a resource: `project/stack/mark`. */
export function ownerOf({ project, stack }: StackFacts, mark: pulumi.Output<string>): pulumi.Output<string> {
  const owner = owners.get(mark) ?? pulumi.interpolate`${project}/${stack}/${mark}`;
  owners.set(mark, owner);
  return owner;
}

/** The value of the header `X-Release` by which the load balancer sends a request to a release: nobody can guess it. */
export function releaseHeader({ id }: Pick<Release, "id">, mark: pulumi.Output<string> | undefined) {
  return pulumi.interpolate`${id}-${mark}`;
}

/**
 * The tags of a resource: its service, its stack, its owner, `more`, and the user's own, which override the others but
 * the owner. On AWS use `tagsOf` of aws/tags.ts, which adds the resource's name.
 */
export function tagsOf(
  context: Context<Pick<EnvironmentSpec, "tags">>,
  more: Record<string, string> = {},
): Record<string, pulumi.Input<string>> {
  const { name, spec, facts, mark } = context;
  const own = { service: name, stack: facts.stack, "managed-by": "pulumi", ...more };
  return { ...own, ...spec.tags, ...(mark === undefined ? {} : { [ownerTag]: ownerOf(facts, mark) }) };
}

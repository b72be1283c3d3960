import type * as pulumi from "@pulumi/pulumi";
import type { ServiceSpec } from "../../spec";
import type { EnvironmentSpec } from "../cloud";
import * as shared from "../context";
import type { AlicloudFacts } from "./settings";

export { childContext, ownerOf, releaseHeader, singleNatZone, tagsOf } from "../context";

/** What every part of a service, or of an environment, on Alibaba Cloud needs to register its resources. */
export type Context<Spec = ServiceSpec> = shared.Context<Spec, AlicloudFacts>;

/** What the parts of an environment need. A service's context is one too: its own settings are the environment's. */
export type EnvironmentContext = Context<EnvironmentSpec>;

/**
 * The description of a resource without tags, or with tags that it gets later: the mark, by which it is the stack's
 * own.
 */
export function ownDescription({ facts, mark }: EnvironmentContext): { readonly description?: pulumi.Output<string> } {
  return mark === undefined ? {} : { description: shared.ownerOf(facts, mark) };
}

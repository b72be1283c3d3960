import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./header-rule.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a header rule. */
export interface HeaderRuleArgs extends Omit<RemoteArgs<typeof code>, "region" | "loadBalancing" | "name"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "HeaderRule",
  module: "clouds/alicloud/header-rule",
  outputs: { rule: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: ["targetGroup"],
  reads: true,
  deletes: true,
};

/**
 * The rule that sends requests with a release's id in the header `X-Release` to that release. A target group that no rule
 * names is never health-checked, so it exists before the release's instances.
 */
export class HeaderRule extends RemoteResource<typeof code> {
  constructor(name: string, { facts, ...args }: HeaderRuleArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, name, region: facts.region, loadBalancing: endpointOf(facts, "alb") }, opts);
  }
}

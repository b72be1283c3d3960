import type * as pulumi from "@pulumi/pulumi";
import { type RemoteArgs, type RemoteKind, RemoteResource } from "../../remote";
import type * as code from "./redirect-rule.remote";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The arguments of a redirect rule. */
export interface RedirectRuleArgs extends Omit<RemoteArgs<typeof code>, "region" | "loadBalancing" | "name"> {
  readonly facts: AlicloudFacts;
}

const kind: RemoteKind<typeof code> = {
  type: "RedirectRule",
  module: "clouds/alicloud/redirect-rule",
  outputs: { rule: undefined },
  replaceOnChanges: ["listener"],
  updateOnChanges: [],
  reads: true,
  deletes: true,
};

/**
 * The rule that redirects every request to HTTPS. Any traffic split on the same listener applies before it, so a service
 * that gets or loses its certificate answers on port 80 without a gap.
 */
export class RedirectRule extends RemoteResource<typeof code> {
  constructor(name: string, { facts, ...args }: RedirectRuleArgs, opts?: pulumi.CustomResourceOptions) {
    super(kind, name, { ...args, name, region: facts.region, loadBalancing: endpointOf(facts, "alb") }, opts);
  }
}

import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "../../remote";
import type { IntentArgs } from "../cloud";
import { ownerOf } from "../context";
import { intentKind } from "../kinds";
import type * as code from "./intent.remote";
import { groupName, stackFingerprint } from "./names";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

const kind: RemoteKind<typeof code> = {
  type: "Intent",
  module: "clouds/alicloud/intent",
  ...intentKind,
};

/** See `intentKind`. */
export class Intent extends RemoteResource<typeof code> {
  constructor(name: string, facts: AlicloudFacts, args: IntentArgs, opts?: pulumi.CustomResourceOptions) {
    const services = ["alb", "ecs", "ess", "nas", "oss", "ram", "sls", "vpc"] as const;
    const endpoints = Object.fromEntries(services.map((service) => [service, endpointOf(facts, service)])) as Record<
      (typeof services)[number],
      string
    >;
    const service = name.replace(/-intent$/, "");
    // A name that is too long has another end, which only the named releases' groups are known by.
    const groups = args.releases.map(({ id }) => groupName({ name: service, facts }, id));
    const names = { service, suffix: stackFingerprint(facts), groups };
    const owner = ownerOf(facts, args.mark);
    super(kind, name, { ...args, region: facts.region, endpoints, owner, names }, opts);
  }
}

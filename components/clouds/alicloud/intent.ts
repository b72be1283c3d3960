import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "../../remote";
import type { Compute } from "../../spec";
import type { IntentArgs } from "../cloud";
import { ownerOf } from "../context";
import type * as code from "./intent.remote";
import { uniqueName } from "./names";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** Each compute has a role of its own: see identity.ts. */
const computes: Readonly<Record<Compute, true>> = { container: true, vm: true };

const kind: RemoteKind<typeof code> = {
  type: "Intent",
  module: "clouds/alicloud/intent",
  outputs: {},
  replaceOnChanges: [],
  updateOnChanges: ["digest", "attempt"],
  reads: false,
  deletes: false,
};

/** What the program asks for with an update, recorded before anything that it is about. See `IntentArgs`. */
export class Intent extends RemoteResource<typeof code> {
  /** `resource` is the service's name and `-intent`. */
  constructor(resource: string, facts: AlicloudFacts, args: IntentArgs, opts?: pulumi.CustomResourceOptions) {
    const services = ["alb", "ecs", "ess", "nas", "ram", "vpc"] as const;
    const endpoints = Object.fromEntries(services.map((service) => [service, endpointOf(facts, service)])) as Record<
      (typeof services)[number],
      string
    >;
    const service = resource.replace(/-intent$/, "");
    const unique = (...parts: Parameters<typeof uniqueName> extends [unknown, ...infer Rest] ? Rest : never) =>
      uniqueName({ name: service, facts }, ...parts);
    const names = {
      roles: Object.keys(computes).map((compute) => unique("role", compute)),
      policies: [unique("policy", "files"), ...args.releases.map(({ id }) => unique("policy", `${id}-secrets`))],
      accessGroups: [unique("access group", "share")],
    };
    const owner = ownerOf(facts, args.mark);
    super(kind, resource, { ...args, region: facts.region, endpoints, owner, names }, opts);
  }
}

import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, RemoteResource } from "../../remote";
import type { IntentArgs, StackFacts } from "../cloud";
import { ownerOf } from "../context";
import { intentKind } from "../kinds";
import type * as code from "./intent.remote";

const kind: RemoteKind<typeof code> = {
  type: "Intent",
  module: "clouds/aws/intent",
  ...intentKind,
};

/** See `intentKind`. */
export class Intent extends RemoteResource<typeof code> {
  constructor(name: string, facts: StackFacts, { mark, ...args }: IntentArgs, opts?: pulumi.CustomResourceOptions) {
    const service = name.replace(/-intent$/, "");
    super(kind, name, { ...args, region: facts.region, service, owner: ownerOf(facts, mark) }, opts);
  }
}

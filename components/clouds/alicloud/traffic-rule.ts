import type * as pulumi from "@pulumi/pulumi";
import { type RemoteKind, remoteClass } from "../../remote";
import type { Serving } from "../cloud";
import { trafficRuleKind } from "../kinds";
import type * as code from "./traffic-rule.remote";

const kind: RemoteKind<typeof code> = {
  type: "TrafficRule",
  module: "clouds/alicloud/traffic-rule",
  ...trafficRuleKind,
};

/** See `trafficRuleKind`. */
export class TrafficRule extends remoteClass<typeof code>(kind) {
  declare readonly serving: pulumi.Output<Serving>;
}

import * as pulumi from "@pulumi/pulumi";
import type { CloudService } from "./clouds/cloud";
import { componentTypes } from "./component-types";
import type { Release } from "./release";

/** The inputs of a traffic split. */
export interface TrafficSplitArgs {
  /** What the service has once. */
  readonly service: CloudService;
  /** The releases, each with its weight. */
  readonly releases: readonly Release[];
}

/** The rule that shares requests among the releases, and the check that the cloud has taken it on. */
export class TrafficSplit extends pulumi.ComponentResource {
  constructor(name: string, { service, releases }: TrafficSplitArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTypes.trafficSplit, `${name}-traffic-split`, {}, opts);
    service.splitTraffic(
      releases.map(({ targetGroup, weight }) => ({ targetGroup, weight })),
      // The resources themselves: naming the components would make the split wait for everything below them.
      releases.map(({ passed }) => passed),
      this,
    );
    this.registerOutputs({});
  }
}

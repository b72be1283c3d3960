import * as pulumi from "@pulumi/pulumi";
import type { TrafficWeight } from "./cloud";

/** The shares that a traffic split check compares with the rule: each target group's id, `=` and its weight in percent. */
export function trafficShares(weights: readonly TrafficWeight[]): pulumi.Output<string[]> {
  return pulumi.all(weights.map(({ targetGroup, weight }) => pulumi.interpolate`${targetGroup}=${weight}`));
}

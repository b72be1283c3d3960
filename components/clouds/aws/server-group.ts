import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import type { ServerGroup } from "../cloud";
import type { Context } from "../context";
import { HealthyTargets } from "./healthy-targets";
import type { TargetGroup } from "./target-group";
import { groupSeconds } from "./timings";

/** The group of a release's instances. */
interface Instances {
  readonly id: pulumi.Output<string>;
  /** The name of the Auto Scaling group or of the ECS service. */
  readonly group: pulumi.Output<string>;
  /** The name of the ECS service's cluster; empty for an Auto Scaling group. */
  readonly cluster: pulumi.Input<string>;
  /** How many instances the release starts with. */
  readonly instances: pulumi.Output<number>;
  readonly bound: ServerGroup["bound"];
}

/** Registers the wait for the health of a release's instances, and returns their group for the port. */
export function serverGroup(
  { name, parent, facts }: Context,
  release: Release,
  { arn: targetGroup }: TargetGroup,
  { id, group, cluster, instances, bound }: Instances,
): ServerGroup {
  const startWithin = groupSeconds(release.shape);
  const servers = { targetGroup, group, cluster };
  const healthy = new HealthyTargets(
    `${name}-${release.id}-healthy`,
    { region: facts.region, ...servers, instances, within: startWithin },
    { parent },
  );
  return { id, targetGroup, healthy, servers: pulumi.output(servers), startWithin, bound };
}

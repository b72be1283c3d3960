import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { ServerGroup } from "../cloud";
import type { Release } from "../../spec";
import { type Context, tagsOf } from "../context";
import type { Files } from "./files";
import { Healthy } from "./healthy";
import type { Identity } from "./identity";
import type { LoadBalancer, TargetGroup } from "./load-balancer";
import type { Logs } from "./logs";
import { uniqueName } from "./names";
import type { Network } from "./network";
import { scale } from "./scaling";
import type { ServiceRole } from "./service-role";
import { groupSeconds } from "./timings";

/** What the releases of a service share. */
export interface Parts {
  readonly net: Network;
  readonly balancer: LoadBalancer;
  readonly files: Files | undefined;
  readonly logs: Logs;
  readonly who: Identity;
  /** The role with which Auto Scaling itself works. */
  readonly scalingRole: ServiceRole;
}

/** What one compute's scaling group has that the other's has not. */
export type OwnArgs = Pick<
  alicloud.ess.ScalingGroupArgs,
  "groupType" | "healthCheckTypes" | "launchTemplateId" | "launchTemplateVersion" | "stopInstanceTimeout"
>;

/** Registers the scaling group of one release. */
export function scalingGroup(
  context: Context,
  { net, logs, files, scalingRole }: Parts,
  release: Release,
  own: OwnArgs,
  after: readonly pulumi.Resource[],
): alicloud.ess.ScalingGroup {
  const { name, parent, spec } = context;
  const resource = `${name}-${release.id}`;
  const { min, max, start } = release.instances;
  return new alicloud.ess.ScalingGroup(
    resource,
    {
      scalingGroupName: uniqueName(context, "scaling group", release.id, networkMark(spec.network)),
      minSize: min,
      maxSize: max,
      desiredCapacity: start,
      vswitchIds: net.instanceSwitchIds,
      // Spread over the zones. Instance refresh would want PRIORITY, returns before an instance is new and does not fail;
      // a release is another group instead.
      multiAzPolicy: "BALANCE",
      // An instance that leaves is deleted, never stopped and kept.
      scalingPolicy: "release",
      removalPolicies: ["OldestInstance", "OldestScalingConfiguration"],
      defaultCooldown: spec.health.healthyAfter,
      tags: tagsOf(context, { release: release.id }),
      ...own,
    },
    {
      parent,
      // The count belongs to the triggers once the group runs.
      ignoreChanges: ["desiredCapacity", "protectedInstances"],
      // A release is never changed in place: whatever would change its instances makes another group beside it.
      replaceOnChanges: ["launchTemplateId", "launchTemplateVersion", "vswitchIds"],
      dependsOn: [
        ...after,
        scalingRole,
        ...net.wayOut,
        ...logs.ready,
        ...(files?.share ? [files.share.mountTarget] : []),
      ],
    },
  );
}

/** A region has each group's name once, and a group in another network stands beside the one that it replaces. */
function networkMark(network: Context["spec"]["network"]): string {
  return "vpcId" in network ? network.vpcId.slice(-6) : network.cidr.replace(/\W/g, "-");
}

/** Deleting waits until whatever else the group is doing has ended. */
const patient = { create: "15m", delete: "15m" };

/** Joins a group that starts instances to its target group, and registers its triggers and the wait for its health. */
export function inService(
  context: Context,
  { balancer }: Parts,
  release: Release,
  targets: TargetGroup,
  group: alicloud.ess.ScalingGroup,
  started: readonly pulumi.Resource[],
): ServerGroup {
  const { name, parent, spec, facts } = context;
  const { drain } = spec.loadBalancer;
  const resource = `${name}-${release.id}`;
  // One per group, and after what starts instances: attachments of one group get in each other's way. Once its group is
  // gone, reading or deleting it fails.
  new alicloud.ess.ServerGroupAttachment(
    resource,
    // Forced: instances that are there already join too, and on the way out they leave before the group is deleted.
    {
      scalingGroupId: group.id,
      serverGroupId: targets.id,
      type: "ALB",
      port: release.shape.port,
      weight: 100,
      forceAttach: true,
    },
    // The provider refuses every update of an attachment.
    { parent, dependsOn: [...started], customTimeouts: patient, replaceOnChanges: ["*"], deleteBeforeReplace: true },
  );
  const hook = drain > 0 ? [leaveSlowly(context, release, group, Math.max(drain, shortestHook))] : [];
  scale(context, release, { group, targetGroup: targets.id, after: [...started, ...hook] });
  const healthy = new Healthy(
    `${resource}-healthy`,
    {
      facts,
      listener: balancer.listenerId,
      targetGroup: targets.id,
      instances: release.instances.min,
      within: groupSeconds(spec),
      group: group.id,
      drain,
    },
    { parent, dependsOn: [...started] },
  );
  return { release, id: group.id, targetGroup: targets.id, healthy };
}

/** Seconds that a lifecycle hook takes at least. https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createlifecyclehook */
const shortestHook = 30;

/** An instance that a trigger takes away leaves the load balancer first and is stopped only after this time. */
function leaveSlowly(
  context: Context,
  release: Release,
  group: alicloud.ess.ScalingGroup,
  heartbeatTimeout: number,
): alicloud.ess.LifecycleHook {
  return new alicloud.ess.LifecycleHook(
    `${context.name}-${release.id}-drain`,
    {
      name: uniqueName(context, "lifecycle hook", release.id, "drain"),
      scalingGroupId: group.id,
      lifecycleTransition: "SCALE_IN",
      heartbeatTimeout,
      defaultResult: "CONTINUE",
    },
    { parent: context.parent, deletedWith: group },
  );
}

import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import type { ServerGroup } from "../cloud";
import { type Context, tagsOf } from "./context";
import { HealthCheckTypes } from "./health-check-types";
import { HealthyTargets } from "./healthy-targets";
import { ServerGroupAttachment } from "./server-group-attachment";
import { groupName, uniqueName } from "./names";
import type { MetricNames, ServiceParts } from "./platform";
import { scale } from "./scaling";
import type { StartSize } from "./start-size";
import type { TargetGroup } from "./target-group";
import { groupSeconds, shortestHook } from "./timings";

/** The arguments in which the scaling groups of the platforms differ. */
export type PlatformArgs = Pick<
  alicloud.ess.ScalingGroupArgs,
  "groupType" | "launchTemplateId" | "launchTemplateVersion" | "stopInstanceTimeout"
>;

/**
 * The name of the instances' own check, in groups of either kind:
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalinggroup
 */
const instanceCheck = "ECS";

const removalPolicies = ["OldestInstance", "OldestScalingConfiguration"];

/** Registers the scaling group of one release. `dependencies` are the platform's, beside those of every platform. */
export function scalingGroup(
  context: Context,
  { network, zones, logs, files, identity, scalingRole }: ServiceParts,
  release: Release,
  targets: TargetGroup,
  { size, ...own }: PlatformArgs & { readonly size: StartSize },
  dependencies: readonly pulumi.Resource[] = [],
): alicloud.ess.ScalingGroup {
  const { name, parent } = context;
  const resource = `${name}-${release.id}`;
  return new alicloud.ess.ScalingGroup(
    resource,
    {
      scalingGroupName: groupName(context, release.id),
      minSize: size.startMin,
      maxSize: size.startMax,
      desiredCapacity: size.starts,
      vswitchIds: network.instanceSwitchIds(release.shape.placement),
      // Instances are spread over the zones. Instance refresh needs PRIORITY, returns before an instance is replaced,
      // and does not fail; a release is another group instead.
      multiAzPolicy: "BALANCE",
      // An instance that is removed is deleted, never stopped and kept.
      scalingPolicy: "release",
      removalPolicies,
      defaultCooldown: release.shape.health.healthyAfter,
      healthCheckTypes: [instanceCheck],
      tags: tagsOf(context, { release: release.id }),
      ...own,
    },
    {
      parent,
      // Once the group runs, the count belongs to the triggers. `Bounds` sets min and max, `HealthCheckTypes` the checks,
      // and `InstanceTypeOrder` the types.
      ignoreChanges: [
        "desiredCapacity",
        "minSize",
        "maxSize",
        "protectedInstances",
        "healthCheckTypes",
        "launchTemplateOverrides",
      ],
      // A group without all that it should have, which has never served, is created again under the same name.
      deleteBeforeReplace: true,
      dependsOn: [
        ...targets.healthDependencies,
        ...zones,
        ...identity.roleDependencies,
        ...dependencies,
        scalingRole,
        ...network.egressDependencies,
        ...logs.logDependencies,
        ...(files?.share?.mountDependencies ?? []),
      ],
    },
  );
}

/** What a group needs beside its release. */
interface AttachedGroup {
  readonly metrics: MetricNames;
  /** What starts the group's instances. */
  readonly started: pulumi.Resource;
  /** How the release begins. */
  readonly size: StartSize;
}

/**
 * Attaches a group that starts instances to its target group, and registers its triggers and the wait for its health.
 */
export function attachToLoadBalancer(
  context: Context,
  { loadBalancer }: ServiceParts,
  release: Release,
  targets: TargetGroup,
  group: alicloud.ess.ScalingGroup,
  { metrics, started, size }: AttachedGroup,
): ServerGroup {
  const { name, parent, spec, facts } = context;
  const { drain } = spec.loadBalancer;
  const resource = `${name}-${release.id}`;
  // One per group, and after what starts instances: attachments of one group interfere with each other.
  new ServerGroupAttachment(
    `${resource}-targets`,
    { facts, group: group.id, serverGroup: targets.id, port: release.shape.port },
    { parent, dependsOn: [started] },
  );
  const dependencies = [started, ...(drain > 0 ? [drainHook(context, release, group, drain)] : [])];
  const bound = scale(context, release, { group, targetGroup: targets.id, metrics, dependencies });
  const startWithin = groupSeconds(release.shape);
  const healthy = new HealthyTargets(
    `${resource}-healthy`,
    {
      facts,
      listener: loadBalancer.listener.id,
      targetGroup: targets.id,
      instances: size.starts,
      healthyAfter: release.shape.health.healthyAfter,
      within: startWithin,
      group: group.id,
      removalPolicies,
      tags: tagsOf(context, { release: release.id }),
      drain,
    },
    { parent, dependsOn: [started] },
  );
  replaceUnhealthy(context, release, group, healthy);
  const servers = pulumi.output({ targetGroup: targets.id, group: group.id, cluster: "" });
  return { id: group.id, targetGroup: targets.id, healthy, servers, startWithin, bound };
}

/**
 * From its first instances' health on, a group replaces what the load balancer finds unhealthy. An instance that is
 * added later joins the load balancer only after the time that its app has to start: it would be replaced while it still
 * starts, again and again. See docs/adr/0035-a-slow-start-is-never-replaced.md.
 */
function replaceUnhealthy(
  context: Context,
  release: Release,
  group: alicloud.ess.ScalingGroup,
  healthy: pulumi.Resource,
): void {
  const { name, parent, facts } = context;
  const hold = hook(context, release, group, "start", {
    lifecycleTransition: "SCALE_OUT",
    heartbeatTimeout: Math.max(release.shape.health.startWithin, shortestHook),
    // The group's first instances are not held back: their start is what a release waits for.
    dependsOn: [healthy],
  });
  new HealthCheckTypes(
    `${name}-${release.id}-health-check`,
    { facts, group: group.id, types: [instanceCheck, "LOAD_BALANCER"] },
    { parent, dependsOn: [hold] },
  );
}

/** An instance that a trigger removes leaves the load balancer first and is stopped only after this time. */
function drainHook(
  context: Context,
  release: Release,
  group: alicloud.ess.ScalingGroup,
  drain: number,
): alicloud.ess.LifecycleHook {
  const heartbeatTimeout = Math.max(drain, shortestHook);
  return hook(context, release, group, "drain", { lifecycleTransition: "SCALE_IN", heartbeatTimeout, dependsOn: [] });
}

/** Registers a hook, at whose timeout the instance goes on. */
function hook(
  context: Context,
  release: Release,
  group: alicloud.ess.ScalingGroup,
  what: string,
  {
    dependsOn,
    ...args
  }: Required<Pick<alicloud.ess.LifecycleHookArgs, "lifecycleTransition" | "heartbeatTimeout">> & {
    readonly dependsOn: pulumi.Resource[];
  },
): alicloud.ess.LifecycleHook {
  return new alicloud.ess.LifecycleHook(
    `${context.name}-${release.id}-${what}`,
    {
      name: uniqueName(context, "lifecycle hook", release.id, what),
      scalingGroupId: group.id,
      defaultResult: "CONTINUE",
      ...args,
    },
    { parent: context.parent, deletedWith: group, dependsOn },
  );
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { fingerprintOf } from "../../id";
import type { Release } from "../../spec";
import { type Context, releaseHeader } from "../context";
import { HeaderRule } from "./header-rule";
import type { ServiceParts } from "./platform";
import { tagsOf } from "./tags";

/** Where the load balancer sends the requests of one release. */
export interface TargetGroup {
  readonly arn: pulumi.Output<string>;
  /** The name that metrics have for the target group behind its load balancer. */
  readonly metricLabel: pulumi.Output<string>;
  /** What must exist before an instance can become healthy in the target group. */
  readonly healthDependencies: readonly pulumi.Resource[];
}

/** Registers a release's target group, its header rule, and the rules by which the load balancer reaches its port. */
export function targetGroup(
  context: Context,
  { network, loadBalancer: { resource: balancer, listener, zones }, securityGroup, targetType }: ServiceParts,
  release: Release,
): TargetGroup {
  const { name, parent, spec, facts } = context;
  const { path, interval, timeout, healthyAfter, unhealthyAfter } = release.shape.health;
  const tags = tagsOf(context, `${name}-${release.id}`, { release: release.id });
  const portRules = securityGroup.openPort(release.shape.port);
  const group = new aws.lb.TargetGroup(
    shortName(name, release.id),
    {
      vpcId: network.vpcId,
      targetType,
      port: release.shape.port,
      protocol: "HTTP",
      deregistrationDelay: spec.loadBalancer.drain,
      healthCheck: {
        path,
        interval,
        timeout,
        matcher: "200-299",
        healthyThreshold: Math.ceil(healthyAfter / interval),
        unhealthyThreshold: Math.ceil(unhealthyAfter / interval),
      },
      tags,
    },
    { parent },
  );
  // A target group that no rule names is never health-checked, so this rule is created before the instances.
  const resource = `${name}-${release.id}-header-${listener.protocol}`;
  const rule = new HeaderRule(
    resource,
    {
      region: facts.region,
      listener: listener.resource.arn,
      header: releaseHeader(release, context.mark),
      targetGroup: group.arn,
      tags: tagsOf(context, resource, { release: release.id }),
    },
    { parent },
  );
  return {
    arn: group.arn,
    metricLabel: pulumi.interpolate`${balancer.arnSuffix}/${group.arnSuffix}`,
    healthDependencies: [rule, ...portRules, ...zones],
  };
}

/** Auto-naming adds 8 characters, and a target group's name has at most 32. */
export function shortName(name: string, id: string): string {
  const full = `${name}-${id}`;
  return full.length <= 24 ? full : `${name.slice(0, 17).replace(/-+$/, "")}-${fingerprintOf(id)}`;
}

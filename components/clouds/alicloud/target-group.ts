import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { Release } from "../../spec";
import { type Context, releaseHeader, tagsOf } from "./context";
import { HeaderRule } from "./header-rule";
import { ruleOn } from "./listener-rule";
import type { ServiceParts } from "./platform";

/** Where the load balancer sends the requests of one release. Alibaba Cloud calls it a server group. */
export interface TargetGroup {
  readonly id: pulumi.Output<string>;
  /** What must exist before an instance can become healthy in the target group. */
  readonly healthDependencies: readonly pulumi.Resource[];
}

/** Registers a release's target group, its header rule, and the rules by which the load balancer reaches its port. */
export function targetGroup(
  context: Context,
  { network, loadBalancer: { listener }, securityGroup }: ServiceParts,
  release: Release,
): TargetGroup {
  const { name, parent, spec, facts } = context;
  const { path, interval, timeout, healthyAfter, unhealthyAfter } = release.shape.health;
  const { drain } = spec.loadBalancer;
  const resource = `${name}-${release.id}`;
  const portRules = securityGroup.openPort(release.shape.port);
  const group = new alicloud.alb.ServerGroup(
    resource,
    {
      serverGroupName: resource,
      vpcId: network.vpcId,
      serverGroupType: "Instance",
      protocol: "HTTP",
      scheduler: "Wrr",
      healthCheckConfig: {
        // Every timing is given: the cloud's own defaults are not the service's.
        healthCheckEnabled: true,
        healthCheckProtocol: "HTTP",
        healthCheckHttpVersion: "HTTP1.1",
        healthCheckMethod: "GET",
        healthCheckPath: path,
        healthCheckCodes: ["http_2xx"],
        healthCheckInterval: interval,
        healthCheckTimeout: timeout,
        healthyThreshold: Math.ceil(healthyAfter / interval),
        unhealthyThreshold: Math.ceil(unhealthyAfter / interval),
      },
      connectionDrainConfig:
        drain > 0 ? { connectionDrainEnabled: true, connectionDrainTimeout: drain } : { connectionDrainEnabled: false },
      stickySessionConfig: { stickySessionEnabled: false },
      tags: tagsOf(context, { release: release.id }),
    },
    // Auto Scaling fills the group; any other update of it would empty it again.
    { parent, ignoreChanges: ["servers"] },
  );
  // A target group that no rule names is never health-checked, so this rule is created before the instances.
  const header = `${resource}-header-${listener.protocol}`;
  const rule = new HeaderRule(
    header,
    { ...ruleOn(listener.id, header, facts), header: releaseHeader(release, context.mark), targetGroup: group.id },
    { parent },
  );
  return { id: group.id, healthDependencies: [rule, ...portRules] };
}

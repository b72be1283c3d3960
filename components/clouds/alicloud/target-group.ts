import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { fingerprintOf } from "../../id";
import type { Release } from "../../spec";
import { type Context, tagsOf } from "./context";
import { longTimeouts } from "./load-balancer";
import type { ServiceParts } from "./platform";
import { splitPriority } from "./traffic-split";

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
  const { name, parent, spec } = context;
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
  const rule = new alicloud.alb.Rule(
    `${resource}-header`,
    {
      ruleName: `${resource}-header`,
      listenerId: listener.id,
      priority: headerPriority(release.id),
      ruleConditions: [{ type: "Header", headerConfig: { key: "X-Release", values: [release.id] } }],
      ruleActions: [
        {
          order: 1,
          type: "ForwardGroup",
          forwardGroupConfig: { serverGroupTuples: [{ serverGroupId: group.id, weight: 100 }] },
        },
      ],
    },
    { parent, customTimeouts: longTimeouts },
  );
  return { id: group.id, healthDependencies: [rule, ...portRules] };
}

/**
 * The priority of a release's header rule: above the traffic split's, which is `splitPriority`. It is derived from the
 * fingerprint because a program does not know the priorities of the update before. Two live releases share one in 1 of
 * 9,999 cases, which is refused before any traffic moves.
 */
function headerPriority(id: string): number {
  return 1 + (Number.parseInt(fingerprintOf(id), 16) % (splitPriority - 1));
}

import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, childContext } from "./context";
import type { Network } from "./network";
import { securityGroup } from "./security-group";

/** The security group of a service's instances: from the load balancer to the app's port, and out; nothing else. */
export interface InstanceSecurityGroup {
  readonly id: pulumi.Output<string>;
  /** Lets the load balancer reach a port. Returns what must exist before it can. */
  openPort(port: number): readonly pulumi.Resource[];
}

/** Registers the security group of a service's instances. */
export function instanceSecurityGroup(service: Context, network: Network): InstanceSecurityGroup {
  const context = childContext(service, "network", `${service.name}-instances`);
  const { name, parent } = context;
  const group = securityGroup(context, network, `${name}-instances`, "The instances");
  const open = new Map<number, readonly pulumi.Resource[]>();
  return {
    id: group.id,
    openPort(port) {
      // Named by port, not by release: releases on one port share the rules, and the last one's deletion ends them.
      const rules = open.get(port) ?? portRules(port);
      open.set(port, rules);
      return rules;
    },
  };

  function portRules(port: number): pulumi.Resource[] {
    return network.loadBalancerRanges.map(({ label, cidrBlock: cidrIp }) => {
      const resource = `${name}-instances-from-load-balancer-${port}`;
      const rule = {
        type: "ingress",
        ipProtocol: "tcp",
        portRange: `${port}/${port}`,
        nicType: "intranet",
        policy: "accept",
        priority: 1,
      };
      return new alicloud.ecs.SecurityGroupRule(
        label === undefined ? resource : `${resource}-${label}`,
        { ...rule, securityGroupId: group.id, cidrIp },
        { parent },
      );
    });
  }
}

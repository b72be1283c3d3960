import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, childContext, ownDescription } from "./context";
import { type InstanceSecurityGroup, oncePerPort } from "../instance-security-group";
import type { Network } from "./network";
import { securityGroup } from "./security-group";

/** Registers the security group of a service's instances. */
export function instanceSecurityGroup(service: Context, network: Network): InstanceSecurityGroup {
  const context = childContext(service, "network", `${service.name}-instances`);
  const { name, parent } = context;
  const group = securityGroup(context, network, `${name}-instances`, "The instances");
  return { id: group.id, openPort: oncePerPort(portRules) };

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
        { ...rule, ...ownDescription(context), securityGroupId: group.id, cidrIp },
        { parent },
      );
    });
  }
}

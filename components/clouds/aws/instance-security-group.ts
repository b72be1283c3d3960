import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, childContext } from "../context";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { securityGroup } from "./security-group";
import { tagsOf } from "./tags";

/** The security group of a service's instances: from the load balancer to the app's port, and out; nothing else. */
export interface InstanceSecurityGroup {
  readonly id: pulumi.Output<string>;
  /** Lets the load balancer reach a port. Returns what must exist before it can. */
  openPort(port: number): readonly pulumi.Resource[];
}

/** Registers the security group of a service's instances. */
export function instanceSecurityGroup(
  service: Context,
  network: Network,
  { securityGroup: edge }: LoadBalancer,
): InstanceSecurityGroup {
  const context = childContext(service, "network", `${service.name}-instances`);
  const { name, parent } = context;
  const group = securityGroup(context, network, `${name}-instances`, "The instances");
  const egress = new aws.vpc.SecurityGroupEgressRule(
    `${name}-instances-out`,
    {
      securityGroupId: group.id,
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
      tags: tagsOf(context, `${name}-instances-out`),
    },
    { parent },
  );
  const open = new Map<number, readonly pulumi.Resource[]>();
  return {
    id: group.id,
    openPort(port) {
      // Named by port, not by release: releases on one port share the rules, and the last one's deletion ends them.
      const rules = open.get(port) ?? portRules(port);
      open.set(port, rules);
      return [...rules, egress];
    },
  };

  function portRules(port: number): pulumi.Resource[] {
    const rule = (resource: string) => ({
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      tags: tagsOf(context, resource),
    });
    const [out, inward] = [`${name}-load-balancer-to-${port}`, `${name}-instances-from-load-balancer-${port}`];
    return [
      new aws.vpc.SecurityGroupEgressRule(
        out,
        { securityGroupId: edge.id, ...rule(out), referencedSecurityGroupId: group.id },
        { parent },
      ),
      new aws.vpc.SecurityGroupIngressRule(
        inward,
        { securityGroupId: group.id, ...rule(inward), referencedSecurityGroupId: edge.id },
        { parent },
      ),
    ];
  }
}

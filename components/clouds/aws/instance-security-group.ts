import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, childContext } from "../context";
import { type InstanceSecurityGroup, oncePerPort } from "../instance-security-group";
import type { LoadBalancer } from "./load-balancer";
import type { Network } from "./network";
import { securityGroup } from "./security-group";
import { tagsOf } from "./tags";

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
  return { id: group.id, openPort: oncePerPort((port) => [...portRules(port), egress]) };

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

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { HeaderRule } from "../../components/clouds/aws/header-rule";
import { Intent } from "../../components/clouds/aws/intent";
import { ListenerRemoval } from "../../components/clouds/aws/listener-removal";
import { LoadBalancerZone } from "../../components/clouds/aws/load-balancer-zone";
import { digest, mark, region, release, releaseTags, stack, tags, tagsOfRelease } from "./common";
import { rooms, vpc } from "./network";

const edge = new aws.ec2.SecurityGroup("bookstore-load-balancer", {
  vpcId: vpc.id,
  description: "The load balancer",
  tags: tags("bookstore-load-balancer"),
});
export const instances = new aws.ec2.SecurityGroup("bookstore-instances", {
  vpcId: vpc.id,
  description: "The instances",
  tags: tags("bookstore-instances"),
});
new aws.vpc.SecurityGroupIngressRule("bookstore-load-balancer-80-from-0.0.0.0/0", {
  securityGroupId: edge.id,
  ipProtocol: "tcp",
  fromPort: 80,
  toPort: 80,
  cidrIpv4: "0.0.0.0/0",
  tags: tags("bookstore-load-balancer-80-from-0.0.0.0/0"),
});
export const out = new aws.vpc.SecurityGroupEgressRule("bookstore-instances-out", {
  securityGroupId: instances.id,
  ipProtocol: "-1",
  cidrIpv4: "0.0.0.0/0",
  tags: tags("bookstore-instances-out"),
});
export const way = [
  new aws.vpc.SecurityGroupEgressRule("bookstore-load-balancer-to-8080", {
    securityGroupId: edge.id,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: instances.id,
    tags: tags("bookstore-load-balancer-to-8080"),
  }),
  new aws.vpc.SecurityGroupIngressRule("bookstore-instances-from-load-balancer-8080", {
    securityGroupId: instances.id,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: edge.id,
    tags: tags("bookstore-instances-from-load-balancer-8080"),
  }),
];
export const balancer = new aws.lb.LoadBalancer(
  "bookstore",
  {
    loadBalancerType: "application",
    internal: false,
    subnets: rooms.map(({ outside }) => outside.id),
    securityGroups: [edge.id],
    idleTimeout: 60,
    dropInvalidHeaderFields: true,
    tags: tags("bookstore"),
  },
  { ignoreChanges: ["subnets", "subnetMappings"] },
);
export const zones = rooms.map(
  ({ zone, outside }) =>
    new LoadBalancerZone(`bookstore-load-balancer-${zone}`, { region, loadBalancer: balancer.arn, subnet: outside.id }),
);
const removal = new ListenerRemoval("bookstore-http-removal", { region, loadBalancer: balancer.arn, port: 80 });
export const listener = new aws.lb.Listener(
  "bookstore-http",
  {
    loadBalancerArn: balancer.arn,
    port: 80,
    protocol: "HTTP",
    defaultActions: [
      {
        type: "fixed-response",
        fixedResponse: { statusCode: "503", contentType: "text/plain", messageBody: "no release is live" },
      },
    ],
    tags: tags("bookstore-http"),
  },
  { dependsOn: [removal], retainOnDelete: true },
);
new Intent("bookstore-intent", stack, {
  ...{ mark, digest, attempt: 0, recorded: [], splitRules: [], unfinished: [], unusedStores: ["share"], renewal: 0 },
  releases: [{ id: release, weight: 100 }],
  entering: [release],
});
export const targets = new aws.lb.TargetGroup(`bookstore-${release}`, {
  vpcId: vpc.id,
  targetType: "ip",
  port: 8080,
  protocol: "HTTP",
  deregistrationDelay: 30,
  healthCheck: {
    path: "/healthz",
    interval: 5,
    timeout: 4,
    matcher: "200-299",
    healthyThreshold: 2,
    unhealthyThreshold: 6,
  },
  tags: releaseTags,
});
const headerRule = `bookstore-${release}-header-http`;
export const header = new HeaderRule(headerRule, {
  ...{ region, listener: listener.arn, header: pulumi.interpolate`${release}-${mark}`, targetGroup: targets.arn },
  tags: tagsOfRelease(headerRule),
});

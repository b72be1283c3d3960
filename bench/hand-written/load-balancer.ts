import * as aws from "@pulumi/aws";
import { release, releaseTags, tags } from "./common";
import { rooms, vpc } from "./network";

const edge = new aws.ec2.SecurityGroup("bookstore-load-balancer", {
  vpcId: vpc.id,
  description: "The load balancer",
  revokeRulesOnDelete: true,
  tags: tags("bookstore-load-balancer"),
});
export const instances = new aws.ec2.SecurityGroup("bookstore-instances", {
  vpcId: vpc.id,
  description: "The instances",
  revokeRulesOnDelete: true,
  tags: tags("bookstore-instances"),
});
new aws.vpc.SecurityGroupIngressRule("bookstore-load-balancer-80-from-0.0.0.0/0", {
  securityGroupId: edge.id,
  ipProtocol: "tcp",
  fromPort: 80,
  toPort: 80,
  cidrIpv4: "0.0.0.0/0",
});
export const out = new aws.vpc.SecurityGroupEgressRule("bookstore-instances-out", {
  securityGroupId: instances.id,
  ipProtocol: "-1",
  cidrIpv4: "0.0.0.0/0",
});
export const way = [
  new aws.vpc.SecurityGroupEgressRule("bookstore-load-balancer-to-8080", {
    securityGroupId: edge.id,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: instances.id,
  }),
  new aws.vpc.SecurityGroupIngressRule("bookstore-instances-from-load-balancer-8080", {
    securityGroupId: instances.id,
    ipProtocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    referencedSecurityGroupId: edge.id,
  }),
];
export const balancer = new aws.lb.LoadBalancer("bookstore", {
  loadBalancerType: "application",
  internal: false,
  subnets: rooms.map(({ outside }) => outside.id),
  securityGroups: [edge.id],
  idleTimeout: 60,
  dropInvalidHeaderFields: true,
  tags: tags("bookstore"),
});
export const listener = new aws.lb.Listener("bookstore-http", {
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
    timeout: 2,
    matcher: "200-299",
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  },
  tags: releaseTags,
});
export const header = new aws.lb.ListenerRule(`bookstore-${release}-header`, {
  listenerArn: listener.arn,
  priority: 28_868,
  conditions: [{ httpHeader: { httpHeaderName: "X-Release", values: [release] } }],
  actions: [{ type: "forward", targetGroupArn: targets.arn }],
  tags: releaseTags,
});

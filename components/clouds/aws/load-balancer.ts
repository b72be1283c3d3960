import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Share } from "../cloud";
import { fingerprintOf } from "../../id";
import type { Release } from "../../spec";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import { Moved } from "./moved";
import type { Network } from "./network";

/** The service's one address, and the security group of the instances behind it. */
export interface LoadBalancer {
  readonly url: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** How metrics name the load balancer. */
  readonly arnSuffix: pulumi.Output<string>;
  /** The security group of the instances: from the load balancer to the app's port, and out; nothing else. */
  readonly instanceSecurityGroupId: pulumi.Output<string>;
  /** Registers a release's target group, its header rule, and the way from the load balancer to its port. */
  addTargetGroup(release: Release): TargetGroup;
  /** Registers the one rule that shares traffic out. */
  splitTraffic(shares: readonly Share[], after: readonly pulumi.Resource[]): void;
}

/** Where the load balancer sends the requests of one release. */
export interface TargetGroup {
  readonly arn: pulumi.Output<string>;
  readonly arnSuffix: pulumi.Output<string>;
  /** What must exist before an instance can become healthy in it. */
  readonly reachable: readonly pulumi.Resource[];
}

/** Rules are asked by rising priority: first each release's header rule, last the rule that shares traffic out. */
const splitPriority = 50_000;

/** Registers the load balancer with its listeners. */
export function loadBalancer(context: Context, net: Network): LoadBalancer {
  const { name, parent, spec, facts } = context;
  const { internal, allowFrom, idleTimeout } = spec.loadBalancer;
  const tagged = (resource: string) => ({ tags: tagsOf(context, resource) });
  const securityGroup = (resource: string, description: string) =>
    new aws.ec2.SecurityGroup(
      resource,
      { vpcId: net.vpcId, description, revokeRulesOnDelete: true, ...tagged(resource) },
      { parent },
    );
  const edge = securityGroup(`${name}-load-balancer`, "The load balancer");
  const inside = securityGroup(`${name}-instances`, "The instances");
  for (const port of spec.certificate === undefined ? [80] : [80, 443]) {
    for (const range of allowFrom) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-load-balancer-${port}-from-${range}`,
        { securityGroupId: edge.id, ipProtocol: "tcp", fromPort: port, toPort: port, cidrIpv4: range },
        { parent },
      );
    }
  }
  const out = new aws.vpc.SecurityGroupEgressRule(
    `${name}-instances-out`,
    { securityGroupId: inside.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    { parent },
  );

  const balancer = new aws.lb.LoadBalancer(
    name,
    {
      loadBalancerType: "application",
      internal,
      subnets: net.loadBalancerSubnetIds,
      securityGroups: [edge.id],
      idleTimeout,
      dropInvalidHeaderFields: true,
      ...tagged(name),
    },
    { parent, dependsOn: net.online },
  );
  const listener = listeners(context, balancer);
  const ways = new Map<number, pulumi.Resource[]>();

  return {
    url: pulumi.interpolate`${spec.certificate === undefined ? "http" : "https"}://${balancer.dnsName}`,
    arn: balancer.arn,
    arnSuffix: balancer.arnSuffix,
    instanceSecurityGroupId: inside.id,
    addTargetGroup(release) {
      const way = ways.get(release.shape.port) ?? wayTo(release.shape.port);
      ways.set(release.shape.port, way);
      return targetGroup(context, net, listener, release, [...way, out]);
    },
    splitTraffic(shares, after) {
      const rule = new aws.lb.ListenerRule(
        `${name}-traffic-split`,
        {
          listenerArn: listener.arn,
          priority: splitPriority,
          conditions: [{ pathPattern: { values: ["/*"] } }],
          actions: [forwardTo(shares)],
          ...tagged(`${name}-traffic-split`),
        },
        { parent, dependsOn: [...after] },
      );
      const wanted = pulumi.all(shares.map(({ targetGroup, weight }) => pulumi.interpolate`${targetGroup}=${weight}`));
      new Moved(`${name}-traffic-moved`, { region: facts.region, rule: rule.arn, shares: wanted }, { parent });
    },
  };

  /** Rules are named by port, not by release, so that releases on one port share them and the last one's deletion ends them. */
  function wayTo(port: number): pulumi.Resource[] {
    const rule = { ipProtocol: "tcp", fromPort: port, toPort: port };
    return [
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-load-balancer-to-${port}`,
        { securityGroupId: edge.id, ...rule, referencedSecurityGroupId: inside.id },
        { parent },
      ),
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-instances-from-load-balancer-${port}`,
        { securityGroupId: inside.id, ...rule, referencedSecurityGroupId: edge.id },
        { parent },
      ),
    ];
  }
}

/** The listener that serves; with a certificate, a second one that redirects from HTTP. No rule matched means no release. */
function listeners(context: Context, balancer: aws.lb.LoadBalancer): aws.lb.Listener {
  const { name, parent, spec } = context;
  const listen = (resource: string, args: Omit<aws.lb.ListenerArgs, "loadBalancerArn">) =>
    new aws.lb.Listener(
      resource,
      { loadBalancerArn: balancer.arn, ...args, tags: tagsOf(context, resource) },
      { parent },
    );
  const defaultActions = [
    {
      type: "fixed-response",
      fixedResponse: { statusCode: "503", contentType: "text/plain", messageBody: "no release is live" },
    },
  ];
  if (spec.certificate === undefined) return listen(`${name}-http`, { port: 80, protocol: "HTTP", defaultActions });
  listen(`${name}-redirect`, {
    port: 80,
    protocol: "HTTP",
    defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
  });
  return listen(`${name}-https`, {
    port: 443,
    protocol: "HTTPS",
    certificateArn: spec.certificate,
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions,
  });
}

function targetGroup(
  context: Context,
  net: Network,
  listener: aws.lb.Listener,
  release: Release,
  way: readonly pulumi.Resource[],
): TargetGroup {
  const { name, parent, spec } = context;
  const { path, interval, timeout, healthyAfter, unhealthyAfter } = spec.health;
  const tags = tagsOf(context, `${name}-${release.id}`, { release: release.id });
  const group = new aws.lb.TargetGroup(
    shortName(name, release.id),
    {
      vpcId: net.vpcId,
      targetType: spec.compute === "vm" ? "instance" : "ip",
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
  // A target group that no rule names is never health-checked, so this rule comes before the instances.
  const rule = new aws.lb.ListenerRule(
    `${name}-${release.id}-header`,
    {
      listenerArn: listener.arn,
      priority: headerPriority(release.id),
      conditions: [{ httpHeader: { httpHeaderName: "X-Release", values: [release.id] } }],
      actions: [{ type: "forward", targetGroupArn: group.arn }],
      tags,
    },
    { parent },
  );
  return { arn: group.arn, arnSuffix: group.arnSuffix, reachable: [rule, ...way] };
}

/** Auto-naming adds 8 characters, and a target group's name has at most 32. */
export function shortName(name: string, id: string): string {
  const full = `${name}-${id}`;
  return full.length <= 24 ? full : `${name.slice(0, 17).replace(/-+$/, "")}-${fingerprintOf(id)}`;
}

/**
 * A priority of the release's own below the split's. It comes from the fingerprint because the releases of the update
 * before are not known here; two live releases share one in 1 of 49,999 cases, which AWS refuses before anything moved.
 */
export function headerPriority(id: string): number {
  return 1 + (Number.parseInt(fingerprintOf(id), 16) % (splitPriority - 1));
}

function forwardTo(shares: readonly Share[]): aws.types.input.lb.ListenerRuleAction {
  const [only, ...more] = shares;
  if (only !== undefined && more.length === 0) return { type: "forward", targetGroupArn: only.targetGroup };
  return {
    type: "forward",
    forward: { targetGroups: shares.map(({ targetGroup, weight }) => ({ arn: targetGroup, weight })) },
  };
}

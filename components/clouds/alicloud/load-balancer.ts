import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import type { Share } from "../cloud";
import { fingerprint, fingerprintOf } from "../../id";
import type { Release } from "../../spec";
import { type Context, tagsOf } from "../context";
import { Moved } from "./moved";
import { type Network, zonesFor } from "./network";

/** The service's one address, and the security group of the instances behind it. */
export interface LoadBalancer {
  /** Under its own name: what a name of the user's own points at. */
  readonly url: pulumi.Output<string>;
  /** Under its address in one zone, where it answers without any name. */
  readonly reachedAt: pulumi.Output<string>;
  readonly id: pulumi.Output<string>;
  /** The listener that serves; its rules are where health is asked for. */
  readonly listenerId: pulumi.Output<string>;
  /** The security group of the instances: from the load balancer to the app's port, and out; nothing else. */
  readonly instanceSecurityGroupId: pulumi.Output<string>;
  /** Registers a release's target group, its header rule, and the way from the load balancer to its port. */
  addTargetGroup(release: Release): TargetGroup;
  /** Registers the one rule that shares traffic out. */
  splitTraffic(shares: readonly Share[], after: readonly pulumi.Resource[]): void;
}

/** Where the load balancer sends the requests of one release. Alibaba Cloud calls it a server group. */
export interface TargetGroup {
  readonly id: pulumi.Output<string>;
  /** What must exist before an instance can become healthy in it. */
  readonly reachable: readonly pulumi.Resource[];
}

/** Rules are asked by rising priority, 1 to 10000: first each release's header rule, last the rule that shares traffic out. */
const splitPriority = 10_000;

/** A rule waits while another one of the load balancer is being changed; the provider's own two minutes are for a quiet one. */
const patient = { create: "10m", update: "10m", delete: "10m" };

/** Registers the load balancer with its listeners. */
export function loadBalancer(context: Context, net: Network): LoadBalancer {
  const { name, parent, spec, facts } = context;
  const { internal } = spec.loadBalancer;
  const tags = tagsOf(context);
  const inside = securityGroup(context, net, `${name}-instances`, "The instances");
  const balancer = new alicloud.alb.LoadBalancer(
    // Other zones make another load balancer; why is told below.
    `${name}-${fingerprint(zonesOfNetwork(context))}`,
    {
      loadBalancerName: name,
      vpcId: net.vpcId,
      addressType: internal ? "Intranet" : "Internet",
      // An address that stays, so that a name of the user's own can point at it.
      addressAllocatedMode: "Fixed",
      // The edition whose rules take several target groups with weights.
      loadBalancerEdition: "Standard",
      loadBalancerBillingConfig: { payType: "PayAsYouGo" },
      zoneMappings: net.loadBalancerSwitches.map((one) => ({ vswitchId: one.id, zoneId: one.zoneId })),
      tags,
    },
    // The provider reads the zones back in an order and with addresses of its own, takes that for a change at every
    // update, and the cloud refuses an update of zones that are the same.
    { parent, ignoreChanges: ["zoneMappings"] },
  );
  admit(context, net, balancer);
  const listener = listeners(context, net, balancer);
  const ways = new Map<number, pulumi.Resource[]>();
  const scheme = spec.certificate === undefined ? "http" : "https";
  // Load balancers made since November 2024 answer under names of the user's own and under their addresses, not under
  // the name that they are given: https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/alb-instance
  const address = pulumi
    .all([balancer.zoneMappings, balancer.dnsName])
    .apply(([zones, dnsName]) => addressOf(zones) ?? dnsName);

  return {
    url: pulumi.interpolate`${scheme}://${balancer.dnsName}`,
    reachedAt: pulumi.interpolate`${scheme}://${address}`,
    id: balancer.id,
    listenerId: listener.id,
    instanceSecurityGroupId: inside.id,
    addTargetGroup(release) {
      const way = ways.get(release.shape.port) ?? wayTo(release.shape.port);
      ways.set(release.shape.port, way);
      return targetGroup(context, net, listener, release, way);
    },
    splitTraffic(shares, after) {
      const resource = `${name}-traffic-split`;
      const rule = new alicloud.alb.Rule(
        resource,
        {
          ruleName: resource,
          listenerId: listener.id,
          priority: splitPriority,
          ruleConditions: [{ type: "Path", pathConfig: { values: ["/*"] } }],
          ruleActions: [
            {
              order: 1,
              type: "ForwardGroup",
              forwardGroupConfig: {
                serverGroupTuples: shares.map(({ targetGroup: serverGroupId, weight }) => ({ serverGroupId, weight })),
              },
            },
          ],
        },
        { parent, dependsOn: [...after], customTimeouts: patient },
      );
      const wanted = pulumi.all(shares.map(({ targetGroup: id, weight }) => pulumi.interpolate`${id}=${weight}`));
      new Moved(`${name}-traffic-moved`, { facts, rule: rule.id, shares: wanted }, { parent });
    },
  };

  /** Rules are named by port, not by release, so that releases on one port share them and the last one's deletion ends them. */
  function wayTo(port: number): pulumi.Resource[] {
    return net.loadBalancerSwitches.map((from, index) => {
      const rule = {
        type: "ingress",
        ipProtocol: "tcp",
        portRange: `${port}/${port}`,
        nicType: "intranet",
        policy: "accept",
        priority: 1,
      };
      return new alicloud.ecs.SecurityGroupRule(
        `${name}-instances-from-load-balancer-${port}-${index + 1}`,
        { ...rule, securityGroupId: inside.id, cidrIp: from.cidrBlock },
        { parent },
      );
    });
  }
}

/** What decides in which zones the load balancer is. */
function zonesOfNetwork({ spec, facts }: Context): readonly string[] {
  const {
    network,
    loadBalancer: { internal },
  } = spec;
  if (!("vpcId" in network)) return zonesFor(network, facts.region);
  return internal ? network.privateSubnetIds : (network.publicSubnetIds ?? network.privateSubnetIds);
}

/** What is read of a zone; before the load balancer is there it has no address. */
interface Zone {
  readonly loadBalancerAddresses?: readonly { readonly address?: string }[];
}

function addressOf(zones: readonly Zone[] = []): string | undefined {
  return zones
    .flatMap(({ loadBalancerAddresses = [] }) => loadBalancerAddresses)
    .map(({ address }) => address)
    .find((address) => address !== undefined && address !== "");
}

/** A group of this type lets everything out and in only what a rule accepts; `Drop` closes it among its own members too. */
function securityGroup(
  context: Context,
  net: Network,
  securityGroupName: string,
  description: string,
): alicloud.ecs.SecurityGroup {
  const args = {
    securityGroupName,
    description,
    vpcId: net.vpcId,
    securityGroupType: "normal",
    innerAccessPolicy: "Drop",
    tags: tagsOf(context),
  };
  // Interfaces of instances and load balancers stay for minutes after their owners.
  return new alicloud.ecs.SecurityGroup(securityGroupName, args, {
    parent: context.parent,
    customTimeouts: { delete: "20m" },
  });
}

const everyone = "0.0.0.0/0";

/** A load balancer without a security group admits everyone; with one, it still does unless a rule drops the rest. */
function admit(context: Context, net: Network, balancer: alicloud.alb.LoadBalancer): void {
  const { name, parent, spec } = context;
  const { allowFrom } = spec.loadBalancer;
  if (allowFrom.includes(everyone)) return;
  const resource = `${name}-load-balancer`;
  const edge = securityGroup(context, net, resource, "The load balancer");
  const rule = (what: string, cidrIp: string, policy: string, priority: number) =>
    new alicloud.ecs.SecurityGroupRule(
      `${resource}-${what}`,
      {
        type: "ingress",
        ipProtocol: "tcp",
        portRange: "1/65535",
        nicType: "intranet",
        securityGroupId: edge.id,
        cidrIp,
        policy,
        priority,
      },
      { parent },
    );
  const rules = [
    ...allowFrom.map((range) => rule(`from-${range}`, range, "accept", 1)),
    rule("from-others", everyone, "drop", 100),
  ];
  new alicloud.alb.LoadBalancerSecurityGroupAttachment(
    resource,
    { loadBalancerId: balancer.id, securityGroupId: edge.id },
    { parent, dependsOn: rules },
  );
}

/** The listener that serves; with a certificate, a second one that redirects from HTTP. No rule matched means no release. */
function listeners(context: Context, net: Network, balancer: alicloud.alb.LoadBalancer): alicloud.alb.Listener {
  const { name, parent, spec } = context;
  const { idleTimeout } = spec.loadBalancer;
  const tags = tagsOf(context);
  // A listener's own action can only forward, and without weights: it forwards to a group that never has a server, which answers 503.
  const nobody = new alicloud.alb.ServerGroup(
    `${name}-nobody`,
    {
      serverGroupName: `${name}-nobody`,
      serverGroupType: "Ip",
      vpcId: net.vpcId,
      protocol: "HTTP",
      healthCheckConfig: { healthCheckEnabled: false },
      stickySessionConfig: { stickySessionEnabled: false },
      tags,
    },
    { parent },
  );
  const listen = (
    resource: string,
    args: Pick<alicloud.alb.ListenerArgs, "listenerPort" | "listenerProtocol" | "certificates" | "securityPolicyId">,
  ) =>
    new alicloud.alb.Listener(
      resource,
      {
        ...args,
        loadBalancerId: balancer.id,
        listenerDescription: resource,
        // One setting covers both: a connection on which nothing moves, and a request that gets no answer.
        idleTimeout,
        requestTimeout: idleTimeout,
        xForwardedForConfig: { xForwardedForEnabled: true, xForwardedForProtoEnabled: true },
        defaultActions: [
          { type: "ForwardGroup", forwardGroupConfig: { serverGroupTuples: [{ serverGroupId: nobody.id }] } },
        ],
        tags,
      },
      { parent },
    );
  if (spec.certificate === undefined) return listen(`${name}-http`, { listenerPort: 80, listenerProtocol: "HTTP" });
  const plain = listen(`${name}-redirect`, { listenerPort: 80, listenerProtocol: "HTTP" });
  new alicloud.alb.Rule(
    `${name}-redirect`,
    {
      ruleName: `${name}-redirect`,
      listenerId: plain.id,
      priority: 1,
      ruleConditions: [{ type: "Path", pathConfig: { values: ["/*"] } }],
      ruleActions: [
        {
          order: 1,
          type: "Redirect",
          redirectConfig: {
            protocol: "HTTPS",
            port: "443",
            host: "${host}",
            path: "${path}",
            query: "${query}",
            httpCode: "301",
          },
        },
      ],
    },
    { parent, customTimeouts: patient },
  );
  return listen(`${name}-https`, {
    listenerPort: 443,
    listenerProtocol: "HTTPS",
    certificates: listOfOne({ certificateId: spec.certificate }),
    securityPolicyId: "tls_cipher_policy_1_2_strict_with_1_3",
  });
}

/** The SDK's types have one certificate where the provider takes a list of them and warns about anything else. */
function listOfOne(
  certificate: alicloud.types.input.alb.ListenerCertificates,
): pulumi.Input<alicloud.types.input.alb.ListenerCertificates> {
  return [certificate] as unknown as alicloud.types.input.alb.ListenerCertificates;
}

function targetGroup(
  context: Context,
  net: Network,
  listener: alicloud.alb.Listener,
  release: Release,
  way: readonly pulumi.Resource[],
): TargetGroup {
  const { name, parent, spec } = context;
  const { path, interval, timeout, healthyAfter, unhealthyAfter } = spec.health;
  const { drain } = spec.loadBalancer;
  const resource = `${name}-${release.id}`;
  const group = new alicloud.alb.ServerGroup(
    resource,
    {
      serverGroupName: resource,
      vpcId: net.vpcId,
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
  // A target group that no rule names is never health-checked, so this rule comes before the instances.
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
    { parent, customTimeouts: patient },
  );
  return { id: group.id, reachable: [rule, ...way] };
}

/**
 * A priority of the release's own below the split's. It comes from the fingerprint because the releases of the update
 * before are not known here; two live releases share one in 1 of 9,999 cases, which is refused before anything moved.
 */
export function headerPriority(id: string): number {
  return 1 + (Number.parseInt(fingerprintOf(id), 16) % (splitPriority - 1));
}

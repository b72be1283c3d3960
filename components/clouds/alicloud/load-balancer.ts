import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../id";
import { type EnvironmentContext, childContext, tagsOf } from "./context";
import { type Network, zonesFor } from "./network";
import { securityGroup } from "./security-group";

/** The load balancer of an environment. */
export interface LoadBalancer {
  /** The address by the load balancer's own name, at which the user's own domain points. */
  readonly url: pulumi.Output<string>;
  /** The address in one of its zones, at which it answers whatever the name. */
  readonly gateUrl: pulumi.Output<string>;
  readonly resource: alicloud.alb.LoadBalancer;
  /** The listener that serves: releases and the traffic split add their rules to it, and it reports health by rule. */
  readonly listener: alicloud.alb.Listener;
}

/**
 * Time limits of a rule: it waits while another rule of the load balancer changes, and the provider allows two
 * minutes.
 */
export const longTimeouts = { create: "10m", update: "10m", delete: "10m" };

/** Registers the load balancer with its listeners. */
export function loadBalancer(environment: EnvironmentContext, network: Network): LoadBalancer {
  const context = childContext(environment, "loadBalancer", `${environment.name}-load-balancer`);
  const { name, parent, spec } = context;
  const balancer = new alicloud.alb.LoadBalancer(
    // In other zones it is another load balancer, because its zones cannot be updated: see below.
    `${name}-${fingerprint(zonesOfNetwork(context))}`,
    {
      loadBalancerName: name,
      vpcId: network.vpcId,
      addressType: spec.loadBalancer.internal ? "Intranet" : "Internet",
      // An address that stays, so that the user's own domain can point at it.
      addressAllocatedMode: "Fixed",
      // The edition whose rules take several target groups with weights.
      loadBalancerEdition: "Standard",
      loadBalancerBillingConfig: { payType: "PayAsYouGo" },
      zoneMappings: network.loadBalancerSwitches.map((one) => ({ vswitchId: one.id, zoneId: one.zoneId })),
      tags: tagsOf(context),
    },
    // The provider reads the zones back in another order and with their addresses, shows that as a change at every
    // update, and the cloud refuses an update to the same zones.
    { parent, ignoreChanges: ["zoneMappings"] },
  );
  restrictIngress(context, network, balancer);
  const scheme = spec.certificate === undefined ? "http" : "https";
  // Load balancers created since November 2024 answer under the user's own domains and under their addresses, not under
  // their own names: https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/alb-instance
  const address = pulumi
    .all([balancer.zoneMappings, balancer.dnsName])
    .apply(([zones, dnsName]) => addressOf(zones) ?? dnsName);
  return {
    url: pulumi.interpolate`${scheme}://${balancer.dnsName}`,
    gateUrl: pulumi.interpolate`${scheme}://${address}`,
    resource: balancer,
    listener: listeners(context, network, balancer),
  };
}

/** The zones of a new network, or the vSwitches of an existing one, which determine the zones. */
function zonesOfNetwork({ spec, facts }: EnvironmentContext): readonly pulumi.Input<string>[] {
  const {
    network,
    loadBalancer: { internal },
  } = spec;
  if (!("vpcId" in network)) return zonesFor(network, facts.region);
  return internal ? network.privateSubnetIds : (network.publicSubnetIds ?? network.privateSubnetIds);
}

/** The part of a zone that is read; a load balancer that does not exist yet has no address. */
interface Zone {
  readonly loadBalancerAddresses?: readonly { readonly address?: string }[];
}

function addressOf(zones: readonly Zone[] = []): string | undefined {
  return zones
    .flatMap(({ loadBalancerAddresses = [] }) => loadBalancerAddresses)
    .map(({ address }) => address)
    .find((address) => address !== undefined && address !== "");
}

const everyone = "0.0.0.0/0";

/** A load balancer without a security group admits everyone; with one, it still does unless a rule drops the rest. */
function restrictIngress(context: EnvironmentContext, network: Network, balancer: alicloud.alb.LoadBalancer): void {
  const { name, parent, spec } = context;
  const { allowFrom } = spec.loadBalancer;
  if (allowFrom.includes(everyone)) return;
  const resource = `${name}-load-balancer`;
  const edge = securityGroup(context, network, resource, "The load balancer");
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

/**
 * The listener that serves; with a certificate, a second one redirects from HTTP. A request that no rule matches gets
 * 503.
 */
function listeners(
  context: EnvironmentContext,
  network: Network,
  balancer: alicloud.alb.LoadBalancer,
): alicloud.alb.Listener {
  const { name, parent, spec } = context;
  const { idleTimeout } = spec.loadBalancer;
  const tags = tagsOf(context);
  // A listener's default action can only forward, and without weights: a group that never has a server answers 503.
  const emptyServerGroup = new alicloud.alb.ServerGroup(
    `${name}-nobody`,
    {
      serverGroupName: `${name}-nobody`,
      serverGroupType: "Ip",
      vpcId: network.vpcId,
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
        // One setting covers both: an idle connection, and a request that gets no response.
        idleTimeout,
        requestTimeout: idleTimeout,
        xForwardedForConfig: { xForwardedForEnabled: true, xForwardedForProtoEnabled: true },
        defaultActions: [
          { type: "ForwardGroup", forwardGroupConfig: { serverGroupTuples: [{ serverGroupId: emptyServerGroup.id }] } },
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
    { parent, customTimeouts: longTimeouts },
  );
  return listen(`${name}-https`, {
    listenerPort: 443,
    listenerProtocol: "HTTPS",
    certificates: listOfOne({ certificateId: spec.certificate }),
    securityPolicyId: "tls_cipher_policy_1_2_strict_with_1_3",
  });
}

/** The SDK's types expect one certificate where the provider takes a list, and warns about anything else. */
function listOfOne(
  certificate: alicloud.types.input.alb.ListenerCertificates,
): pulumi.Input<alicloud.types.input.alb.ListenerCertificates> {
  return [certificate] as unknown as alicloud.types.input.alb.ListenerCertificates;
}

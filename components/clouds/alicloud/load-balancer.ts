import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentContext, childContext, ownDescription, tagsOf } from "./context";
import { ruleOn } from "./listener-rule";
import { LoadBalancerSecurityGroupRemoval } from "./load-balancer-security-group-removal";
import { LoadBalancerZone } from "./load-balancer-zone";
import type { Network } from "./network";
import { RedirectRule } from "./redirect-rule";
import { securityGroup } from "./security-group";

/** The load balancer of an environment. */
export interface LoadBalancer {
  readonly resource: alicloud.alb.LoadBalancer;
  /** The listener that serves: releases and the traffic split add their rules to it, and it reports health by rule. */
  readonly listener: { readonly id: pulumi.Output<string>; readonly protocol: "http" | "https" };
  /**
   * Registers its zones: a zone more than it has is added once `ready`, and one less is removed last. Returns what must
   * exist before a release uses a zone, and the load balancer's address.
   */
  zones(ready: readonly pulumi.Resource[]): LoadBalancerZones;
}

/** The zones of a load balancer. */
export interface LoadBalancerZones {
  readonly all: readonly LoadBalancerZone[];
  /** The address in the first zone, at which the load balancer answers whatever the name. */
  readonly url: pulumi.Output<string>;
}

/** Registers the load balancer with its listeners. */
export function loadBalancer(environment: EnvironmentContext, network: Network): LoadBalancer {
  const context = childContext(environment, "loadBalancer", `${environment.name}-load-balancer`);
  const { name, parent, spec, facts } = context;
  const balancer = new alicloud.alb.LoadBalancer(
    name,
    {
      loadBalancerName: name,
      vpcId: network.vpcId,
      addressType: spec.loadBalancer.internal ? "Intranet" : "Internet",
      // An address that stays, so that the user's own domain can point at it.
      addressAllocatedMode: "Fixed",
      // The edition whose rules take several target groups with weights.
      loadBalancerEdition: "Standard",
      loadBalancerBillingConfig: { payType: "PayAsYouGo" },
      // Zones that are not all different fail here, before anything of the load balancer changes. A preview does not know the zone of a
      // further vSwitch yet.
      zoneMappings: pulumi
        .output(network.loadBalancerZones)
        .apply((zones) =>
          network.loadBalancerSwitches.map(({ id }, index) => ({ vswitchId: id, zoneId: zones[index] ?? "" })),
        ),
      tags: tagsOf(context),
    },
    // Its zones change one by one: see LoadBalancerZone.
    { parent, ignoreChanges: ["zoneMappings"] },
  );
  // One after the other: the load balancer refuses a change during another one, and the provider does not try again.
  const restriction = restrictIngress(context, network, balancer);
  const { listener, all: allListeners } = listeners(context, network, balancer, restriction);
  return {
    resource: balancer,
    listener,
    zones(ready) {
      const all = network.loadBalancerSwitches.map(
        ({ label, id, zoneId }) =>
          new LoadBalancerZone(
            `${name}-load-balancer-${label}`,
            { facts, loadBalancer: balancer.id, zone: zoneId, vSwitch: id },
            { parent, dependsOn: [...ready, ...restriction, ...allListeners] },
          ),
      );
      // Load balancers created since November 2024 answer under the user's own domains and under their addresses, not
      // under their own names:
      // https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/alb-instance
      const address = pulumi
        .all([all.map((zone) => zone.address), balancer.dnsName])
        .apply(([addresses, dnsName]) => addresses.find((one) => one !== "") ?? dnsName);
      return { all, url: pulumi.interpolate`${listener.protocol}://${address}` };
    },
  };
}

const everyone = "0.0.0.0/0";

/** A load balancer without a security group admits everyone; with one, it still does unless a rule drops the rest. */
function restrictIngress(
  context: EnvironmentContext,
  network: Network,
  balancer: alicloud.alb.LoadBalancer,
): pulumi.Resource[] {
  const { name, parent, spec, facts } = context;
  const { allowFrom } = spec.loadBalancer;
  if (allowFrom.includes(everyone)) return [];
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
        ...ownDescription(context),
      },
      { parent },
    );
  const rules = [
    ...allowFrom.map((range) => rule(`from-${range}`, range, "accept", 1)),
    rule("from-others", everyone, "drop", 100),
  ];
  // Deleted before the rules, without which everyone is admitted.
  const removal = new LoadBalancerSecurityGroupRemoval(
    `${resource}-removal`,
    { facts, loadBalancer: balancer.id, securityGroup: edge.id },
    { parent, dependsOn: rules },
  );
  const attachment = new alicloud.alb.LoadBalancerSecurityGroupAttachment(
    resource,
    { loadBalancerId: balancer.id, securityGroupId: edge.id },
    { parent, dependsOn: [...rules, removal], retainOnDelete: true },
  );
  return [attachment];
}

/**
 * The listener on port 80 stays whatever the certificate, so a service gets or loses its certificate without a gap.
 * With one, another listener serves, and a rule of the first one redirects to it. A request that no rule matches gets
 * 503.
 */
function listeners(
  context: EnvironmentContext,
  network: Network,
  balancer: alicloud.alb.LoadBalancer,
  first: readonly pulumi.Resource[],
): { readonly listener: LoadBalancer["listener"]; readonly all: readonly pulumi.Resource[] } {
  const { name, parent, spec, facts } = context;
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
    dependsOn: readonly pulumi.Resource[],
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
      // A port has one listener. One without all that it should have, which has never served, is created again in its
      // place.
      { parent, dependsOn: [...dependsOn], deleteBeforeReplace: true },
    );
  const plain = listen(`${name}-http`, { listenerPort: 80, listenerProtocol: "HTTP" }, first);
  if (spec.certificate === undefined) return { listener: { id: plain.id, protocol: "http" }, all: [plain] };
  const encrypted = listen(
    `${name}-https`,
    {
      listenerPort: 443,
      listenerProtocol: "HTTPS",
      certificates: listOfOne({ certificateId: spec.certificate }),
      securityPolicyId: "tls_cipher_policy_1_2_strict_with_1_3",
    },
    [plain],
  );
  const redirect = `${name}-redirect-http`;
  new RedirectRule(redirect, ruleOn(plain.id, redirect, facts), { parent, dependsOn: [encrypted] });
  return { listener: { id: encrypted.id, protocol: "https" }, all: [plain, encrypted] };
}

/** The SDK's types expect one certificate where the provider takes a list, and warns about anything else. */
function listOfOne(
  certificate: alicloud.types.input.alb.ListenerCertificates,
): pulumi.Input<alicloud.types.input.alb.ListenerCertificates> {
  return [certificate] as unknown as alicloud.types.input.alb.ListenerCertificates;
}

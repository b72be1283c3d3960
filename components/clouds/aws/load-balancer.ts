import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type EnvironmentContext, childContext } from "../context";
import { ListenerRemoval } from "./listener-removal";
import { LoadBalancerZone } from "./load-balancer-zone";
import type { Network } from "./network";
import { RedirectRule } from "./redirect-rule";
import { securityGroup } from "./security-group";
import { tagsOf } from "./tags";

/** The load balancer of an environment. */
export interface LoadBalancer {
  readonly url: pulumi.Output<string>;
  readonly resource: aws.lb.LoadBalancer;
  /** What must exist before the load balancer reaches the instances in each zone. */
  readonly zones: readonly pulumi.Resource[];
  /** The listener that serves: releases and the traffic split add their rules to it. */
  readonly listener: { readonly resource: aws.lb.Listener; readonly protocol: "http" | "https" };
  /** Lets the allowed ranges in; the services add what it lets out. */
  readonly securityGroup: aws.ec2.SecurityGroup;
}

/** Registers the load balancer with its listeners. */
export function loadBalancer(environment: EnvironmentContext, network: Network): LoadBalancer {
  const context = childContext(environment, "loadBalancer", `${environment.name}-load-balancer`);
  const { name, parent, spec, facts } = context;
  const { internal, idleTimeout } = spec.loadBalancer;
  const edge = securityGroup(context, network, `${name}-load-balancer`, "The load balancer");
  allowRanges(context, edge);
  const balancer = new aws.lb.LoadBalancer(
    name,
    {
      loadBalancerType: "application",
      internal,
      subnets: network.loadBalancerSubnets.map(({ id }) => id),
      securityGroups: [edge.id],
      idleTimeout,
      dropInvalidHeaderFields: true,
      tags: tagsOf(context, name),
    },
    {
      parent,
      dependsOn: network.internetDependencies,
      // From then on the zones below add and remove subnets, each before the first or after the last release that needs
      // it.
      ignoreChanges: ["subnets", "subnetMappings"],
    },
  );
  const zones = network.loadBalancerSubnets.map(
    (subnet) =>
      new LoadBalancerZone(
        `${name}-load-balancer-${subnet.name}`,
        { region: facts.region, loadBalancer: balancer.arn, subnet: subnet.id },
        { parent, dependsOn: network.internetDependencies },
      ),
  );
  return {
    url: pulumi.interpolate`${spec.certificate === undefined ? "http" : "https"}://${balancer.dnsName}`,
    resource: balancer,
    zones,
    listener: listeners(context, balancer),
    securityGroup: edge,
  };
}

function allowRanges(context: EnvironmentContext, edge: aws.ec2.SecurityGroup): void {
  const { name, parent, spec } = context;
  for (const port of spec.certificate === undefined ? [80] : [80, 443]) {
    for (const range of spec.loadBalancer.allowFrom) {
      const resource = `${name}-load-balancer-${port}-from-${range}`;
      const tags = tagsOf(context, resource);
      new aws.vpc.SecurityGroupIngressRule(
        resource,
        { securityGroupId: edge.id, ipProtocol: "tcp", fromPort: port, toPort: port, cidrIpv4: range, tags },
        { parent },
      );
    }
  }
}

/**
 * Registers the listeners: one on port 80, and with a certificate one on port 443, which then serves, while a rule
 * redirects from port 80. A request that no rule matches gets 503.
 */
function listeners(context: EnvironmentContext, balancer: aws.lb.LoadBalancer): LoadBalancer["listener"] {
  const { name, parent, spec, facts } = context;
  const listen = (
    resource: string,
    { port, ...args }: { readonly port: number } & Omit<aws.lb.ListenerArgs, "loadBalancerArn" | "defaultActions">,
  ) => {
    const removal = new ListenerRemoval(
      `${resource}-removal`,
      { region: facts.region, loadBalancer: balancer.arn, port },
      { parent },
    );
    return new aws.lb.Listener(
      resource,
      {
        loadBalancerArn: balancer.arn,
        port,
        ...args,
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: { statusCode: "503", contentType: "text/plain", messageBody: "no release is live" },
          },
        ],
        tags: tagsOf(context, resource),
      },
      { parent, dependsOn: [removal], retainOnDelete: true },
    );
  };
  // The same with and without a certificate, because a load balancer has one listener per port.
  const http = listen(`${name}-http`, { port: 80, protocol: "HTTP" });
  if (spec.certificate === undefined) return { resource: http, protocol: "http" };
  const redirect = `${name}-redirect`;
  new RedirectRule(redirect, { region: facts.region, listener: http.arn, tags: tagsOf(context, redirect) }, { parent });
  const https = listen(`${name}-https`, {
    port: 443,
    protocol: "HTTPS",
    certificateArn: spec.certificate,
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  });
  return { resource: https, protocol: "https" };
}

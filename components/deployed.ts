import * as pulumi from "@pulumi/pulumi";
import type { Cloud, Serving } from "./clouds/cloud";
import type { Intent } from "./intent";
import { type Deployed, type LastOutputs, deployedFormat } from "./last-outputs";
import type { ServiceSpec } from "./spec";
import { SettingsError } from "./stack-file/problems";
import { refusals } from "./stack-file/refusals";

/** The output `deployed` of a service. */
export function deployedBy(
  { name: cloud, region }: Cloud,
  { name, network, loadBalancer: { internal } }: ServiceSpec,
  { digest, attempt }: Intent,
  serving: pulumi.Output<Serving>,
): pulumi.Output<Deployed> {
  return pulumi.all([serving.releases, "vpcId" in network ? network.vpcId : undefined]).apply(([releases, vpcId]): Deployed => ({
    format: deployedFormat,
    name,
    cloud,
    region,
    network: "vpcId" in network ? { vpcId: vpcId ?? "" } : { cidr: network.cidr },
    internal,
    releases,
    digest,
    attempt,
  }));
}

/**
 * Throws a SettingsError for changes that would interrupt the release that serves. Before the first update has passed,
 * everything may change.
 */
export function refuseChanges(
  { name: cloud, region }: Cloud,
  { name, network, loadBalancer: { internal } }: ServiceSpec,
  last: LastOutputs | undefined,
): void {
  const before = last?.deployed;
  if (before === undefined) return;
  const problems = refusals(before, { name, cloud, region, internal, network: knownNetwork(network, before.network) });
  if (problems.length > 0) throw new SettingsError(problems, `the change of ${before.name}, which serves`);
}

/** The network as it is written. An id that is an output of another resource is not known yet, and counts as unchanged. */
function knownNetwork(network: ServiceSpec["network"], before: Deployed["network"]): Deployed["network"] {
  if (!("vpcId" in network)) return { cidr: network.cidr };
  if (typeof network.vpcId === "string") return { vpcId: network.vpcId };
  return "vpcId" in before ? before : { vpcId: "of another resource" };
}

import * as pulumi from "@pulumi/pulumi";
import type { Cloud, Requested, Serving } from "./clouds/cloud";
import { type Intent, attemptOf } from "./intent";
import type { LastOutputs } from "./last-outputs";
import { type Deployed, deployedFormat } from "./recorded-outputs";
import type { ServiceSpec } from "./spec";
import { SettingsError } from "./stack-file/problems";
import { refusals } from "./stack-file/refusals";
import type { Registered } from "./unfinished";

/** What an update asks for, as far as the next update has to know it. */
export function requestedBy(
  { name: cloud, region }: Cloud,
  { name, network, loadBalancer: { internal } }: ServiceSpec,
  intent: Intent,
  registered: Registered,
): pulumi.Output<Requested> {
  const place = "vpcId" in network ? { vpcId: network.vpcId } : { cidr: network.cidr };
  const attempt = attemptOf(intent, registered);
  const resources = registered.all.then((keys) => keys.join(" "));
  const { digest } = intent;
  return pulumi.output({ name, cloud, region, network: place, internal, digest, attempt, resources });
}

/**
 * The output `deployed` of a service: what the traffic split has recorded. Null where an update has left the split out
 * that did not exist yet, as the bake of a first image does; of undefined, Pulumi would warn.
 */
export function deployedBy(serving: pulumi.Output<Serving | undefined>): pulumi.Output<Deployed | null> {
  return serving.apply((read): Deployed | null =>
    read === undefined ? null : { ...read.requested, format: deployedFormat, releases: read.releases },
  );
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

/**
 * The network as it is written. An id that is an output of another resource is not known yet, and counts as unchanged.
 */
function knownNetwork(network: ServiceSpec["network"], before: Deployed["network"]): Deployed["network"] {
  if (!("vpcId" in network)) return { cidr: network.cidr };
  if (typeof network.vpcId === "string") return { vpcId: network.vpcId };
  return "vpcId" in before ? before : { vpcId: "of another resource" };
}

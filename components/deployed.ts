import * as pulumi from "@pulumi/pulumi";
import type { Cloud, Serving } from "./clouds/cloud";
import type { Intent } from "./intent";
import { type Deployed, type LastOutputs, deployedFormat } from "./last-outputs";
import type { ServiceSpec } from "./spec";
import { type Problem, SettingsError } from "./stack-file/problems";

/** The output `deployed` of a service. */
export function deployedBy(
  cloud: Cloud,
  spec: ServiceSpec,
  { digest, attempt }: Intent,
  serving: pulumi.Output<Serving>,
): pulumi.Output<Deployed> {
  return pulumi.output({
    ...placeOf(cloud, spec),
    format: deployedFormat,
    releases: serving.releases,
    digest,
    attempt,
  });
}

/** Where a service is, by what cannot change while a release serves. */
function placeOf({ name: cloud, region }: Cloud, { name: service, network, loadBalancer }: ServiceSpec) {
  const { internal } = loadBalancer;
  const place = "vpcId" in network ? { vpcId: network.vpcId } : { cidr: network.cidr };
  return { service, cloud, region, network: place, internal };
}

/**
 * Throws a SettingsError for changes that would interrupt the release that serves. Before the first update has passed,
 * everything may change.
 */
export function refuseChanges(cloud: Cloud, spec: ServiceSpec, last: LastOutputs | undefined): void {
  if (last?.deployed === undefined) return;
  const problems = changesRefused(last.deployed, placeOf(cloud, spec));
  if (problems.length > 0) throw new SettingsError(problems, `the change of ${spec.name}, which serves`);
}

const waysOut =
  "create a second stack beside this one and move the traffic by DNS, or run pulumi destroy and pulumi up where an outage is fine";

function changesRefused(before: Deployed, after: ReturnType<typeof placeOf>): Problem[] {
  const changed = (path: string, was: unknown, is: unknown): Problem[] =>
    // A network's id that is an output is not known yet.
    was === is || pulumi.Output.isInstance(is)
      ? []
      : [
          {
            path,
            message: `cannot change from ${JSON.stringify(was)} to ${JSON.stringify(is)} while a release serves: ${waysOut}`,
          },
        ];
  return [
    ...changed("name", before.service, after.service),
    ...changed("immutable-service:cloud", before.cloud, after.cloud),
    ...changed(`${after.cloud}:region`, before.region, after.region),
    ...changed("network", text(before.network), text(after.network)),
    ...changed("loadBalancer.internal", before.internal, after.internal),
  ];
}
function text(x: unknown): unknown {
  return JSON.stringify(x);
}

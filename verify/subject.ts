import { isMapping } from "../components/stack-file/values";
import type { ServiceSpec } from "../components/spec";
import type { Deployed } from "../components/recorded-outputs";
import { componentTypes } from "../components/component-types";
import { PlanFailure } from "../plan/failure";
import type { StackRecord, StateResource } from "./stack";

/** A release that the outputs name. */
export type LiveRelease = Deployed["releases"][number];

/** What a stack says of itself, as far as the checks compare it with the cloud. */
export interface Subject {
  readonly name: string;
  readonly cloud: Deployed["cloud"];
  readonly region: string;
  readonly spec: ServiceSpec;
  /** The releases, the current one first; their shares of the traffic in percent. */
  readonly releases: readonly LiveRelease[];
  /** The address. */
  readonly url: string;
  /** The load balancer's URL, at which the gate of each release reached it. */
  readonly gateUrl: string;
  /** What follows a release's id and a dash in the header `X-Release`. */
  readonly releaseKey: string;
  /** The load balancer's id. */
  readonly loadBalancer: string;
  /** Whether the load balancer has no public address. */
  readonly internal: boolean;
  /** The name of the log group; on Alibaba Cloud `PROJECT/STORE`. */
  readonly logs: string;
  /** The bucket's name; undefined for a service without files. */
  readonly bucket: string | undefined;
  /** The ECS cluster's ARN; undefined where the platform has no clusters. */
  readonly cluster: string | undefined;
  /** The security group of the instances. */
  readonly securityGroup: string;
  /** Everything in the stack's state. */
  readonly resources: readonly StateResource[];
}

/** Reads what a stack says of itself. Throws a PlanFailure for a stack that is not up. */
export function subjectOf({ outputs, resources }: StackRecord): Subject {
  const { deployed, loadBalancer, files, cluster } = outputs;
  if (!isMapping(deployed) || deployed.format !== 1 || !Array.isArray(deployed.releases))
    throw new PlanFailure(
      "the stack's outputs name no deployed release: run pulumi up first, with this version of the program",
    );
  const component = resources.find(({ type }) => type === componentTypes.service);
  const spec = component?.inputs?.service as ServiceSpec | undefined;
  if (spec === undefined) throw new PlanFailure("the stack's state has no service: run pulumi up first");
  const { name, cloud, region, releases } = deployed as unknown as Deployed;
  const gate = ofType(resources, "Gate").find(({ inputs }) => inputs?.release === releases[0]?.id);
  const url = textOf(outputs.url);
  return {
    name,
    cloud,
    region,
    spec,
    releases,
    url,
    gateUrl: textOf(gate?.inputs?.url) || url,
    releaseKey: textOf(outputs.releaseKey),
    loadBalancer: isMapping(loadBalancer) ? textOf(loadBalancer.id) : "",
    internal: spec.loadBalancer.internal,
    logs: textOf(outputs.logs),
    bucket: textOf(files) || undefined,
    cluster: textOf(cluster) || undefined,
    securityGroup: textOf(outputs.securityGroupId),
    resources,
  };
}

/** The resources of a type, by the last part of its name, such as `Gate` or `SecurityGroup`. */
export function ofType(resources: readonly StateResource[], ...types: readonly string[]): StateResource[] {
  return resources.filter(({ type }) => types.includes(type.slice(type.lastIndexOf(":") + 1)));
}

/** A text of the state; empty for anything else, such as an encrypted value. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The release that a resource's logical name belongs to; undefined for one of the service as a whole. */
export function releaseOf({ urn }: StateResource, { name, releases }: Subject): string | undefined {
  const logical = urn.slice(urn.lastIndexOf("::") + 2);
  return releases.map(({ id }) => id).find((id) => logical === `${name}-${id}` || logical.startsWith(`${name}-${id}-`));
}

import type * as pulumi from "@pulumi/pulumi";
import type { Written } from "../stack-file/schema";
import type { Problem } from "../stack-file/problems";
import type { CloudName, Compute, ImageBuild, InstanceSpec, Release, ServiceSpec } from "../spec";

/**
 * The port: what a cloud must offer for an immutable service to run on it. The component in service.ts calls these and
 * knows no cloud; a cloud's folder implements them and knows no other cloud.
 */

/** Whether a cloud can do something, and if not, why, in a sentence that is shown to the user. */
export type Capability = { readonly offered: true } | { readonly offered: false; readonly because: string };

/** What a service may ask for and a cloud, or a compute on it, may lack. */
export const features = [
  "command",
  "cpu trigger",
  "memory trigger",
  "requests trigger",
  "schedule trigger",
  "shared file system",
  "secrets",
] as const;
/** One of the features that not every cloud and compute has. */
export type Feature = (typeof features)[number];
/** Every feature on either compute: a new cloud cannot forget one. */
export type Capabilities = Readonly<Record<Feature, Readonly<Record<Compute, Capability>>>>;

/** What the stack is, as far as names and links need it. */
export interface StackFacts {
  readonly project: string;
  readonly stack: string;
  /** The cloud's region, such as us-east-1. */
  readonly region: string;
  /** What the provider is told of the account; undefined where it is told nothing. */
  readonly account?: AccountFacts | undefined;
}

/** What an Alibaba Cloud stack's configuration says of the account and of where the cloud answers. */
export interface AccountFacts {
  /** `alicloud:accountType`: the site on which the account was opened. Default: the provider asks the cloud's billing service. */
  readonly type?: AccountType | undefined;
  /** `alicloud:endpoints`: host names by service, such as `{ alb: "alb-vpc.cn-hangzhou.aliyuncs.com" }`. Default: each service's public one in the region. */
  readonly endpoints?: Readonly<Record<string, string>> | undefined;
}

/** The sites on which an Alibaba Cloud account can be opened. */
export const accountTypes = ["Domestic", "International"] as const;
/** The site on which an Alibaba Cloud account was opened: in China, or the international one. */
export type AccountType = (typeof accountTypes)[number];

/** A cloud. */
export interface Cloud {
  readonly name: CloudName;
  readonly region: string;
  readonly capabilities: Capabilities;
  /** Everything that this cloud would refuse, found without asking it. Gets the fields that are right on their own. */
  check(service: Written): Problem[];
  /** What an instance becomes here, in plain values: it is part of the release's fingerprint. */
  instanceShape(
    compute: Compute,
    size: InstanceSpec["size"],
    architecture: InstanceSpec["architecture"],
  ): InstanceShape;
  /** Seconds that this cloud needs at most, beyond what the stack file says, to launch or to stop an instance. */
  readonly launchSeconds: Readonly<Record<Compute, number>>;
  /** What a reader of the plan should know of a service that runs here, in whole sentences; none where nothing is out of the ordinary. */
  notes(spec: ServiceSpec): readonly string[];
  /** Minutes that baking an image may take at most. */
  readonly bakeMinutes: Readonly<Record<Compute, number>>;
  /** Registers what bakes an image, all of it below `parent`; its reference is known once the image is baked and tested. */
  bake(name: string, build: ImageBuild, spec: ServiceSpec, parent: pulumi.ComponentResource): pulumi.Output<string>;
  /** Registers what the service has once, whatever its releases. */
  found(name: string, spec: ServiceSpec, parent: pulumi.ComponentResource): Foundation;
}

/** What an instance of a size becomes on a cloud. */
export interface InstanceShape {
  /** In the cloud's own words, such as "Fargate 0.5 vCPU, 1 GiB" or "t3.micro (2 vCPU, 1 GiB)". */
  readonly label: string;
  /** Rises whenever the cloud's code changes what it makes of a release, so that the change makes a new release. */
  readonly recipe: number;
}

/** What a service has once: its network, load balancer, files, logs and identity. */
export interface Foundation {
  /** The service's address, such as http://…elb.amazonaws.com. */
  readonly url: pulumi.Output<string>;
  /** Where the gate asks; undefined where that is the service's address itself. */
  readonly reachedAt?: pulumi.Output<string>;
  /** The bucket's name; undefined when the service asked for no files. */
  readonly files: pulumi.Output<string> | undefined;
  /** The name of the service's place in the log service. */
  readonly logs: pulumi.Output<string>;
  /** Where the console shows the logs and the load balancer. */
  readonly links: { readonly logs: pulumi.Output<string>; readonly loadBalancer: pulumi.Output<string> };
  /** Registers one release beside the others: target group, its header rule, server group, triggers. `image` is what its instances start from. */
  addRelease(release: Release, image: pulumi.Input<string>): ServerGroup;
  /** Registers the traffic split. It moves only once everything in `after` holds. */
  splitTraffic(shares: readonly Share[], after: readonly pulumi.Resource[]): void;
}

/** The instances of one release, registered with the cloud. */
export interface ServerGroup {
  readonly release: Release;
  /** Changes when the group is replaced by another one. */
  readonly id: pulumi.Output<string>;
  /** The target group's id, which the traffic split names. */
  readonly targetGroup: pulumi.Output<string>;
  /** Exists only once the load balancer has found the instances that the release starts with healthy. */
  readonly healthy: pulumi.Resource;
}

/** A release's part in the traffic. */
export interface Share {
  readonly targetGroup: pulumi.Output<string>;
  /** In percent. */
  readonly weight: number;
}

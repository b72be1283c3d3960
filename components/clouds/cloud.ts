import type * as pulumi from "@pulumi/pulumi";
import type { ValidFields } from "../stack-file/schema";
import type { Problem } from "../stack-file/problems";
import type { PlacementFacts } from "../stack-file/refusals";
import type { ReadServing, Share } from "./checks.remote";
import type { RetainImages } from "./image-retention";
import type { IntentInputs } from "./intent-inputs.remote";
import type { Servers, ServingInputs } from "./start-size.remote";
import type { CloudName, Compute, ImageBuild, InstanceSpec, NewNetwork, Release, ServiceSpec } from "../spec";

/**
 * The port: what a cloud must offer for an immutable service to run on it. The components call it and know no cloud; a
 * cloud's folder implements it and knows no other cloud.
 */

/** Whether a platform offers a feature, and if not, why, in a sentence that is shown to the user. */
export type Capability = { readonly offered: true } | { readonly offered: false; readonly because: string };

/** Features that a service may ask for and a platform may lack. */
export const features = [
  "command",
  "cpu trigger",
  "memory trigger",
  "requests trigger",
  "schedule trigger",
  "shared file system",
  "secrets",
  "security groups",
  "read-only root",
  "user",
  "dropped capabilities",
] as const;
/** A feature that not every platform offers. */
export type Feature = (typeof features)[number];
/** Every feature: a new platform does not compile until it says which of them it offers. */
export type Capabilities = Readonly<Record<Feature, Capability>>;

/** The capability of a platform that offers a feature. */
export const offered: Capability = { offered: true };

/**
 * The capability of a platform that lacks a feature; `because` is a sentence that follows the place in the stack file.
 */
export function notOffered(because: string): Capability {
  return { offered: false, because };
}

/** A machine image decides itself how its app starts. */
export const noCommandOnMachines = notOffered(
  "is for containers only: on vm the machine image's own unit starts the app",
);

/** A machine image's unit decides itself what its app must not do. */
export const noHardeningOnMachines = notOffered(
  "is for containers only: on vm the machine image's own unit decides, and the recipe's has such settings",
);

/** Where a service runs: the options of every cloud. */
export interface CloudOptions {
  /** The cloud's region, such as us-east-1. It must be the region of the provider that creates the service's resources. */
  readonly region: string;
  /** The project's name, which shapes names that are unique in an account. Default: that of the running program. */
  readonly project?: string | undefined;
  /** The stack's name, as a tag and in names that are unique in an account. Default: that of the running program. */
  readonly stack?: string | undefined;
  /** The folder that the paths in `image.build` start from. Default: the program's, which is its working directory. */
  readonly projectFolder?: string | undefined;
}

/** The stack, as far as names, links and builds need it. */
export type StackFacts = Readonly<Required<CloudOptions>>;

/** A cloud, from `aws` or `alicloud`. Its internal members are the port that the cloud implements. */
export interface Cloud {
  readonly name: CloudName;
  readonly region: string;
  /**
   * The folder that the paths in `image.build` start from.
   * @internal
   */
  readonly projectFolder: string;
  /**
   * The zones of a new network: those that the stack file lists, or the first ones of the region.
   * @internal
   */
  zonesOf(network: NewNetwork): readonly string[];
  /** What the cloud runs releases on: a further compute does not compile until every cloud has a platform for it. */
  readonly platforms: Readonly<Record<Compute, Platform>>;
  /**
   * Everything that this cloud would refuse on any platform, found without a request. Gets the fields that are valid.
   * @internal
   */
  check(service: ValidFields): Problem[];
  /**
   * What a reader of the plan should know of a service on this cloud, in whole sentences; empty where nothing is
   * unusual.
   * @internal
   */
  notes(spec: ServiceSpec): readonly string[];
  /**
   * Registers the check that the provider and the remote modules use the same account, below `parent`. It runs in every
   * update, before anything that depends on it is created.
   * @internal
   */
  checkAccount(resource: string, parent: pulumi.ComponentResource): pulumi.Resource;
  /**
   * Registers everything that several services could share, below `parent`, which is the environment's own component.
   * `mark` is the stack's ownership mark, which every resource has in a tag; `natZones` are the zones in which the
   * environment has NAT gateways from before.
   * @internal
   */
  createEnvironment(
    name: string,
    spec: EnvironmentSpec,
    mark: pulumi.Output<string>,
    natZones: readonly string[],
    parent: pulumi.ComponentResource,
  ): CloudEnvironment;
  /**
   * Registers what the program asks for, before everything that it is about. See `IntentArgs`.
   * @internal
   */
  recordIntent(resource: string, args: IntentArgs, parent: pulumi.ComponentResource): pulumi.Resource;
}

/**
 * What a program asks for with one update. It is recorded before anything of it is created or changed, so whatever
 * interrupts the update, the next one knows that there was one. Its create and its update remove from the cloud what an
 * interrupted update left, and take out of the traffic split the releases that the program does not name.
 */
export interface IntentArgs extends Omit<IntentInputs, "region" | "owner" | "attempt" | "recorded" | "renewal"> {
  /** The stack's ownership mark. */
  readonly mark: pulumi.Output<string>;
  readonly attempt: pulumi.Input<number>;
  readonly recorded: pulumi.Input<readonly string[]>;
  readonly renewal?: pulumi.Input<number>;
}

/** A platform: one compute on one cloud. */
export interface Platform {
  readonly capabilities: Capabilities;
  /**
   * Everything that this platform would refuse, found without a request. Gets the fields that are valid.
   * @internal
   */
  check(service: ValidFields): Problem[];
  /**
   * What an instance of a size is on this platform, in plain values: it is part of the release's fingerprint.
   * @internal
   */
  instanceShape(size: InstanceSpec["size"], architecture: InstanceSpec["architecture"]): InstanceShape;
  /**
   * The address by which a service's instances pull images that are pushed to a repository: it is part of the release's
   * fingerprint. Absent: the repository's own, in every network.
   * @internal
   */
  readonly pulledFrom?: (repository: string, service: Pick<ServiceSpec, "network" | "registry">) => string;
  /**
   * Whether the secrets of a release are fetched by a container of their own, whose image is then part of the release.
   * Absent: they are not.
   * @internal
   */
  readonly fetchesSecretsByImage?: boolean;
  /**
   * Seconds that the platform needs at most, beyond the times in the stack file, to launch or to stop an instance.
   * @internal
   */
  readonly launchSeconds: number;
  /**
   * Minutes that baking an image may take at most.
   * @internal
   */
  readonly bakeMinutes: number;
  /**
   * Registers what bakes an image, all of it below `parent`, and returns the image's reference, which is known once the
   * image has been baked and tested.
   * @internal
   */
  bake(name: string, build: ImageBuild, spec: ServiceSpec, parent: pulumi.ComponentResource): pulumi.Output<string>;
}

/** An instance of a size on a platform. */
export interface InstanceShape {
  /** The cloud's own term, such as "Fargate 0.5 vCPU, 1 GiB" or "t3.micro (2 vCPU, 1 GiB)". */
  readonly label: string;
  /** The instance types that an instance may have instead, by their names, in the order in which they are tried. */
  readonly substitutes?: readonly string[];
  /** Rises whenever the platform's code changes what it makes of a release, so that the change makes a new release. */
  readonly templateRevision: number;
}

/**
 * The settings from which an environment is created. A `ServiceSpec` has all of them: by default an environment is
 * created for one service. `compute`, `files` and `releases` decide which services of the cloud the network has to
 * reach.
 */
export type EnvironmentSpec = Pick<
  ServiceSpec,
  "compute" | "network" | "registry" | "loadBalancer" | "certificate" | "files" | "logs" | "releases" | "tags"
>;

/** What several services could share: network, load balancer and listeners, cluster, log project. */
export interface CloudEnvironment {
  readonly loadBalancer: LoadBalancerOutputs;
  /** The ARN of the ECS cluster; undefined where the platform has no clusters. */
  readonly cluster: pulumi.Output<string> | undefined;
  /** Registers what a service has once, whatever its releases, below `parent`, which is the service's own component. */
  createService(name: string, spec: ServiceSpec, parent: pulumi.ComponentResource): CloudService;
}

/** The load balancer, as other resources refer to it. */
export interface LoadBalancerOutputs {
  /** On AWS the ARN, on Alibaba Cloud the instance's id. */
  readonly id: pulumi.Output<string>;
  /** The name that a CNAME or an alias record points at. */
  readonly dnsName: pulumi.Output<string>;
  /** On AWS the hosted zone's id, which an alias record names; absent on Alibaba Cloud, which has no alias records. */
  readonly zoneId?: pulumi.Output<string> | undefined;
}

/** What a service has once: its address, files, logs and identity. */
export interface CloudService {
  /** The service's address, such as http://…elb.amazonaws.com. */
  readonly url: pulumi.Output<string>;
  /** The address at which the gate reaches the load balancer; the same as `url` where that answers under any name. */
  readonly gateUrl: pulumi.Output<string>;
  /** The bucket's name; undefined for a service without files. */
  readonly files: pulumi.Output<string> | undefined;
  /** The name of the service's place in the log service. */
  readonly logs: pulumi.Output<string>;
  /** Pages of the cloud's console. */
  readonly links: { readonly logs: pulumi.Output<string>; readonly loadBalancer: pulumi.Output<string> };
  /** The role that the app has, for policies of other resources that grant it access. */
  readonly role: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  /** The security group of the instances, for rules of other resources that admit them. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The day until which the service's schedules run as they are written; absent where they do not end. */
  readonly schedulesUntil?: string | undefined;
  /**
   * Registers one release beside the others, below `parent`: target group, its header rule, server group, triggers, and
   * the wait for the instances' health. The image is marked first, as `image-marks.remote.ts` says. `image` is what its
   * instances start from, `serving` what the stack knows of the releases that may serve before.
   */
  addRelease(
    release: Release,
    image: pulumi.Input<string>,
    parent: pulumi.ComponentResource,
    serving: ServingInputs,
  ): ServerGroup;
  readonly retainImages: RetainImages;
  /**
   * Registers the traffic split below `parent`: the rule that shares requests among the releases. It moves only once
   * everything in `after` exists and every release has passed.
   */
  splitTraffic(split: TrafficSplitSpec, after: readonly pulumi.Resource[], parent: pulumi.ComponentResource): SplitRule;
}

/** The rule that shares requests among the releases. */
export interface SplitRule extends pulumi.Resource {
  /** What it has read from the cloud after it was set. */
  readonly serving: pulumi.Output<Serving>;
}

/** The instances of one release, registered with the cloud. */
export interface ServerGroup {
  /** Changes when the group is replaced by another one. */
  readonly id: pulumi.Output<string>;
  /** The target group's id, which the traffic split names. */
  readonly targetGroup: pulumi.Output<string>;
  /** Exists only once the load balancer has found the instances that the release starts with healthy. */
  readonly healthy: PassedCheck;
  /** Where the instances are. */
  readonly servers: pulumi.Input<Servers>;
  /** Seconds that instances have at most until they are healthy. */
  readonly startWithin: number;
  /**
   * Registers the group's bounds, which apply once everything in `after` exists: the traffic has moved by then. Those
   * of a release that is kept apply before the traffic moves, and hold its group.
   */
  readonly bound: (after: readonly pulumi.Resource[], hold?: Hold) => void;
}

/** How a group is held that loses its traffic. */
export interface Hold {
  /** The release that gets the traffic. */
  readonly heldFor: string;
  readonly holdSeconds: number;
}

/** A group that serves. */
export const noHold: Hold = { heldFor: "", holdSeconds: 0 };

/** A check that has passed once the resource exists. */
export interface PassedCheck extends pulumi.Resource {
  /** What passed. An update that leaves the check out, as with `--exclude`, has no such output. */
  readonly passed: pulumi.Output<string>;
}

/** What a traffic split is to be. */
export interface TrafficSplitSpec {
  /** The current release first. */
  readonly shares: readonly TrafficShare[];
  /** How the traffic moves to new releases; undefined: all at once. */
  readonly rollout: ServiceSpec["rollout"];
  /** The ids of the new releases: those that have had no traffic before. */
  readonly entering: readonly string[];
  /** The service's address. */
  readonly url: pulumi.Output<string>;
  /**
   * Recorded with the rule. With another one, the rule is read and set again; so also at another attempt, because an
   * interrupted update may have set the rule without recording it.
   */
  readonly requested: pulumi.Output<Requested>;
}

/** What an update asks for, as far as the next update has to know it. */
export interface Requested extends PlacementFacts {
  /** The digest of everything that the program asks for. */
  readonly digest: string;
  /** How many times the stack had to look for what an interrupted update left. */
  readonly attempt: number;
  /** The keys of all resources, separated by spaces. Absent in what an earlier version deployed. */
  readonly resources?: string;
}

/** The share of requests that a release gets. */
export interface TrafficShare {
  /** The release's id. */
  readonly release: string;
  readonly version: string;
  /** What the instances started from. */
  readonly image: pulumi.Output<string>;
  readonly targetGroup: pulumi.Output<string>;
  /** In percent. */
  readonly weight: number;
  /** The outputs of the checks that the release has passed. */
  readonly passed: readonly pulumi.Output<string>[];
  readonly servers: ServerGroup["servers"];
  readonly startWithin: number;
  readonly bounds: Required<Share>["bounds"];
  readonly kept?: boolean;
}

/** What the rule in the cloud was when the traffic split had read it. */
export type Serving = ReadServing<Requested>;

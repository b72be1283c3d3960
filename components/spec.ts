import type * as pulumi from "@pulumi/pulumi";
import type { Compute, IdField, NetworkConfig, ServiceConfig } from "./stack-file/types";

export type { CloudName, Compute, ServiceArgs } from "./stack-file/types";

/** How many instances a release has. All are whole numbers of instances, min ≤ start ≤ max. */
export interface Instances {
  readonly min: number;
  readonly max: number;
  readonly start: number;
}

/** The image of a release: an existing one, or one that the stack bakes. */
export type ImageSpec =
  /** On containers a reference by digest, on vm the machine image's id. */
  | { readonly reference: string }
  /**
   * The tag of the image that the stack bakes, which is its recipe's hash, and the repository from which instances pull
   * it, if the stack file names one. From another repository, or by another address of it, they would start from
   * another reference.
   */
  | { readonly recipe: string; readonly repository?: string };

/**
 * Everything that shapes an instance: the release id is a fingerprint of it, so a change of any field makes a new
 * release. It has every field of a release in the stack file, except the ones that `besideId` lists.
 */
export interface InstanceSpec extends Omit<Pick<ServiceConfig, IdField>, "version" | "image" | "hardening"> {
  /** The service's name. */
  readonly name: string;
  readonly compute: Compute;
  readonly image: ImageSpec;
  /** Whether the service has files: they put variables into the environment. */
  readonly files: boolean;
  /** Where the shared file system is mounted; undefined without one. */
  readonly share: { readonly path: string } | undefined;
  /**
   * Where the instances are: the zones of a new network, or the subnets of an existing one, sorted, because their order
   * means nothing. Subnets that are outputs of other resources come last.
   */
  readonly placement: readonly pulumi.Input<string>[];
  /** The security groups that instances have beside the service's own, sorted as `placement` is; undefined: none. */
  readonly securityGroups: readonly pulumi.Input<string>[] | undefined;
  /** What the app's container must not do; undefined: nothing is forbidden. */
  readonly hardening: Hardening | undefined;
  /** How long the app keeps an idle connection, in seconds: longer than the load balancer's `idleTimeout`. */
  readonly keepAliveSeconds: number;
  /**
   * Alibaba Cloud: the image of the init container that fetches the secrets of a container group; undefined where the
   * platform, or the release, needs none.
   */
  readonly secretsImage: string | undefined;
  /** What an instance of this size is on the cloud. */
  readonly instance: {
    readonly label: string;
    readonly substitutes?: readonly string[];
    readonly templateRevision: number;
  };
}

/** What a container must not do. */
export interface Hardening {
  /** Whether its root file system is read-only, and `/tmp` a volume. */
  readonly readOnlyRoot: boolean;
  /** The user that its app runs as, as `1000` or `1000:1000`; undefined: the image's. */
  readonly user: string | undefined;
  readonly dropCapabilities: boolean;
}

/** One release: what shapes its instances, how many of them it has, and its share of the traffic. */
export interface Release {
  /** The version with dashes for dots, and a fingerprint of version and shape: `1-4-2-9f3ab1`. */
  readonly id: string;
  readonly version: string;
  readonly shape: InstanceSpec;
  /**
   * The paths in `shape` of the values that are outputs of other resources, such as `environment.DB_HOST` or
   * `placement[0]`. The id knows their places and not their values, so a change of such a value makes no new release.
   */
  readonly heldInputs: readonly string[];
  readonly instances: Instances;
  /** The share of requests in percent; all releases together have 100. */
  readonly weight: number;
  /** Of a release that served before and is kept without traffic; undefined: the stack file has the release. */
  readonly kept?: Kept | undefined;
}

/** How a release that served before is kept. */
export interface Kept {
  /** What its instances started from. */
  readonly image: string;
  /** Seconds for which it has as many instances as when it lost its traffic. */
  readonly holdFor: number;
}

/** A trigger: a reason to change the number of instances. */
export type Trigger = ServiceConfig["scaling"][number];
/** A trigger that holds a metric at a target. */
export type MetricTrigger = Extract<Trigger, { kind: "metric" }>;
/** A trigger that sets the bounds of the group at a time. */
export type ScheduleTrigger = Extract<Trigger, { kind: "schedule" }>;

/** The network, new or existing. */
export type NetworkSpec = NetworkConfig;
/** A network that the stack creates. */
export type NewNetwork = Exclude<NetworkSpec, { vpcId: unknown }>;
/** An existing network. */
export type ExistingNetwork = Extract<NetworkSpec, { vpcId: unknown }>;

/** A service with every default applied and every check passed. */
export interface ServiceSpec extends Pick<
  ServiceConfig,
  | "name"
  | "compute"
  | "files"
  | "logs"
  | "scaling"
  | "network"
  | "loadBalancer"
  | "gate"
  | "rollout"
  | "previous"
  | "freeze"
  | "freezeOverride"
  | "permissions"
  | "policyArns"
  | "tags"
> {
  /** The live releases: first the service's own, then the further ones. Their weights add up to 100. */
  readonly releases: readonly [Release, ...Release[]];
  /** How the first release's image is baked; undefined for an existing image. */
  readonly build: ImageBuild | undefined;
  /**
   * Alibaba Cloud: the id of the instance of Container Registry Enterprise Edition from which containers pull;
   * undefined: none that the stack links to its network.
   */
  readonly registry: string | undefined;
  /** The certificate's reference; undefined means HTTP only. */
  readonly certificate: pulumi.Input<string> | undefined;
}

/** An image that the stack bakes. Its tag is known before it is baked: it is the recipe's hash. */
export interface ImageBuild {
  /** 16 hexadecimal digits of the recipe's SHA-256, which name the image. */
  readonly tag: string;
  /** The same of the container image's base; on vm that of the whole image. */
  readonly baseTag: string;
  /** What the image is made from. A change of it makes another image, unless only a path changed and not the files. */
  readonly recipe: {
    /** The folder of the recipe, relative to the project's. */
    readonly folder: string;
    /** The application's file, relative to the project's folder. */
    readonly artifact: string;
    /** What the image starts from: an operating system's container image by digest, or a machine image's id. */
    readonly from: string;
    readonly platform: "linux/amd64" | "linux/arm64";
    /** Docker's build arguments, or Ansible's variables. */
    readonly arguments: Readonly<Record<string, string>>;
  };
  /** What is written on the image when it is baked, and bakes no other image. */
  readonly labels: {
    /** What the artifact was built from, such as a commit. */
    readonly revision: string | undefined;
    /** Where the sources are. */
    readonly source: string | undefined;
  };
  /** Where the image is stored, and for how long. */
  readonly target: {
    /** The repository that containers are pushed to; undefined: one that the stack creates for this service. */
    readonly repository: string | undefined;
    /**
     * Alibaba Cloud: the id of the registry's instance, in which the stack creates that repository; undefined: it
     * exists.
     */
    readonly registry: string | undefined;
    /** The other accounts that may pull images from the repository that the stack creates. */
    readonly pullableBy: readonly string[];
    /** Days since a release named an image for the last time; then it is deleted. Undefined: none is. */
    readonly keep: number | undefined;
  };
}

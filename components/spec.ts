import type { Compute, WrittenNetwork, WrittenService } from "./stack-file/schema";

export type { CloudName, Compute, ServiceArgs } from "./stack-file/schema";

/** How many instances a release has. All are whole numbers of instances, min ≤ start ≤ max. */
export interface Instances {
  readonly min: number;
  readonly max: number;
  readonly start: number;
}

/**
 * Everything that shapes an instance: the release id is a fingerprint of it, so a change of any field makes a new release.
 * A setting that does not shape an instance belongs beside `shape`, in `Release` or in `ServiceSpec`.
 */
export interface InstanceSpec {
  /** The service's name. */
  readonly name: string;
  readonly compute: Compute;
  /** On containers a reference by digest, on vm the machine image's id; `recipe:` and its hash for an image that the stack bakes. */
  readonly image: string;
  readonly architecture: "x86_64" | "arm64";
  /** The TCP port of the app. */
  readonly port: number;
  readonly size: { readonly cpu: number; readonly memoryGiB: number };
  /** The disk of one instance in GiB. */
  readonly diskGiB: number;
  /** The machine image's root device; used on AWS's virtual machines only. */
  readonly rootDevice: string;
  readonly command: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable to the secret's reference in the cloud's secret store. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Whether the service has files: they put variables into the environment. */
  readonly files: boolean;
  /** Where the shared file system is mounted; undefined without one. */
  readonly share: { readonly path: string } | undefined;
  /** What an instance of this size is on the cloud. */
  readonly instance: { readonly label: string; readonly templateRevision: number };
}

/** One release: what shapes its instances, how many of them it has, and its share of the traffic. */
export interface Release {
  /** The version with dashes for dots, and a fingerprint of version and shape: `1-4-2-9f3ab1`. */
  readonly id: string;
  readonly version: string;
  readonly shape: InstanceSpec;
  readonly instances: Instances;
  /** The share of requests in percent; all releases together have 100. */
  readonly weight: number;
}

/** A trigger, as the stack file tells it. */
export type Trigger = WrittenService["scaling"][number];
/** A trigger that keeps a metric near a target. */
export type MetricTrigger = Extract<Trigger, { metric: string }>;
/** A trigger that sets the bounds of the group at a time. */
export type ScheduleTrigger = Extract<Trigger, { schedule: string }>;
/** The network, new or given. */
export type NetworkSpec = WrittenNetwork;

/** A service with every default applied and every check passed. */
export interface ServiceSpec {
  readonly name: string;
  readonly compute: "container" | "vm";
  /** The live releases: first the one that the stack file is about, then those beside it. Their weights add up to 100. */
  readonly releases: readonly [Release, ...Release[]];
  /** How the first release's image is baked; undefined where it is there already. */
  readonly build: ImageBuild | undefined;
  readonly health: WrittenService["health"];
  readonly files: WrittenService["files"];
  readonly logs: WrittenService["logs"];
  readonly scaling: readonly Trigger[];
  readonly network: NetworkSpec;
  readonly loadBalancer: WrittenService["loadBalancer"];
  /** The certificate's reference; undefined means HTTP only. */
  readonly certificate: string | undefined;
  readonly gate: WrittenService["gate"];
  readonly tags: Readonly<Record<string, string>>;
}

/** An image that the stack bakes, with nothing left open. Its tag is known before it is baked: it is the recipe's hash. */
export interface ImageBuild {
  /** 16 hexadecimal digits of the recipe's SHA-256, which name the image. */
  readonly tag: string;
  /** The same of the container image's base; on vm that of the whole image. */
  readonly baseTag: string;
  /** The folder of the recipe, relative to the project's. */
  readonly folder: string;
  /** The application's file, relative to the project's folder. */
  readonly artifact: string;
  /** What the image starts from: an operating system's container image by digest, or a machine image's id. */
  readonly from: string;
  readonly platform: "linux/amd64" | "linux/arm64";
  /** Docker's build arguments, or Ansible's variables. */
  readonly arguments: Readonly<Record<string, string>>;
  /** What the artifact was built from, such as a commit; no part of the recipe. */
  readonly revision: string | undefined;
  /** Where the sources are; no part of the recipe. */
  readonly source: string | undefined;
  /** The repository that containers are pushed to; undefined: one that the cloud's registry gets for this service. */
  readonly repository: string | undefined;
  /** Alibaba Cloud: the id of the registry's instance, in which the stack makes that repository; undefined: it is there. */
  readonly registry: string | undefined;
  /** How many images the retention rule keeps. */
  readonly keep: number;
}

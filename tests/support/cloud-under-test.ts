import type { Cloud } from "../../components/clouds/cloud";
import type { Compute } from "../../components/spec";
import type { ServiceArgs } from "../../components/stack-file/schema";
import type { OutputsOf, Registered } from "./monitor";

/** What the suites need to know of a cloud to check the same on each. */
export interface CloudUnderTest {
  make(): Cloud;
  readonly outputsOf: OutputsOf;
  /** Two images of each compute. */
  readonly images: Readonly<Record<Compute, readonly [string, string]>>;
  /** What a service needs to bake a container: fields of the build, and of the service. */
  readonly baking: { readonly build: { readonly repository?: string }; readonly service: Partial<ServiceArgs> };
  readonly secret: string;
  /** An existing network, with security groups of it for the instances. */
  existingNetwork(...securityGroupIds: string[]): NonNullable<ServiceArgs["network"]>;
  readonly certificate: string;
  /** Two policies that the app's role may get. */
  readonly policies: readonly [string, string];
  /** The types of the resources that have a part in the design. */
  readonly parts: Readonly<Record<Compute, Parts>>;
  /** The network's types that a golden tree lists without their inputs, by the last part of their types. */
  readonly networkTypes: readonly string[];
  /** Inputs that change with the date, such as the next time of a schedule. */
  readonly volatileInputs: readonly string[];
  /** The name that a resource has in the cloud, where it must be unique; undefined for all others. */
  nameInCloud(resource: Registered): unknown;
  /** Every access to an instance that the design forbids, and everything unencrypted; in words. */
  exposures(resources: readonly Registered[]): string[];
  /** The plain environment variables of the app of one release. */
  variables(resources: readonly Registered[], compute: Compute): Readonly<Record<string, string>>;
}

/** Types of resources, by their part. */
export interface Parts {
  readonly targetGroup: string;
  readonly serverGroup: string;
  /** The wait for the group's instances to be healthy. */
  readonly healthy: string;
  /** The template of an instance: its inputs are all that shapes it. */
  readonly instance: string;
  readonly metricTrigger: string;
  readonly scheduleTrigger: string;
}

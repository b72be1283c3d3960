import * as pulumi from "@pulumi/pulumi";
import type * as Alicloud from "./clouds/alicloud";
import type * as AlicloudProviders from "./clouds/alicloud/providers";
import type { AlicloudOptions, AlicloudProviderSettings } from "./clouds/alicloud/settings";
import type * as Aws from "./clouds/aws";
import type * as AwsProviders from "./clouds/aws/providers";
import type { AwsProviderSettings, AwsRole } from "./clouds/aws/settings";
import type { Cloud, CloudOptions, StackFacts } from "./clouds/cloud";
import { withPackage } from "./packages";
import { resolveService as resolve } from "./resolve";
import type { ServiceArgs, ServiceSpec } from "./spec";

/**
 * The library's public API. Importing it loads no cloud's SDK: a cloud's function loads its own, so a program needs the
 * packages of the clouds that it uses and no others.
 */

export { Environment, type EnvironmentArgs } from "./environment";
export { lastOutputs, type Deployed, type LastOutputs } from "./last-outputs";
export { ImmutableService, type ImmutableServiceArgs, type ServiceOutputs } from "./service";
export { SettingsError, type Problem } from "./stack-file/problems";
export type {
  AlicloudOptions,
  AlicloudProviderSettings,
  AwsProviderSettings,
  AwsRole,
  Cloud,
  CloudOptions,
  ServiceArgs,
  ServiceSpec,
};
export type { CloudName, Compute, ImageBuild, Instances, Release } from "./spec";

/** Amazon Web Services. Needs the package `@pulumi/aws`; throws an error that says so where it is not installed. */
export function aws(options: CloudOptions): Cloud {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the SDK for programs on the other cloud
  const { aws } = withPackage("@pulumi/aws", () => require("./clouds/aws") as typeof Aws);
  return aws(stackFacts(options));
}

/** Alibaba Cloud. Needs the package `@pulumi/alicloud`; throws an error that says so where it is not installed. */
export function alicloud(options: AlicloudOptions): Cloud {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the SDK for programs on the other cloud
  const { alicloud } = withPackage("@pulumi/alicloud", () => require("./clouds/alicloud") as typeof Alicloud);
  const { accountType, endpoints } = options;
  return alicloud({ ...stackFacts(options), accountType, endpoints });
}

/**
 * The providers of a service on AWS whose credentials are not those of the stack's configuration: give them as
 * `providers` in the service's options. One is Pulumi's own, the other that of the requests which the service makes
 * itself, with the same settings: what a provider holds cannot be read back. Credentials become secrets.
 */
export function awsProviders(
  name: string,
  settings: AwsProviderSettings,
  opts?: pulumi.ResourceOptions,
): pulumi.ProviderResource[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the SDK for programs on the other cloud
  const load = () => require("./clouds/aws/providers") as typeof AwsProviders;
  return withPackage("@pulumi/aws", load).awsProviders(name, settings, opts);
}

/** The same on Alibaba Cloud. */
export function alicloudProviders(
  name: string,
  settings: AlicloudProviderSettings,
  opts?: pulumi.ResourceOptions,
): pulumi.ProviderResource[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load the SDK for programs on the other cloud
  const load = () => require("./clouds/alicloud/providers") as typeof AlicloudProviders;
  return withPackage("@pulumi/alicloud", load).alicloudProviders(name, settings, opts);
}

/**
 * Applies every default and every check to a service. Collects all problems, of one field, of one field against another
 * and of what the cloud refuses, and throws one SettingsError with all of them. Nothing is registered, and no cloud is
 * called.
 */
export function resolveService(args: ServiceArgs, cloud: Cloud): ServiceSpec {
  return resolve(args, cloud, "the arguments of the service");
}

function stackFacts({
  region,
  project = pulumi.getProject(),
  stack = pulumi.getStack(),
  // Pulumi starts a program in its own folder.
  projectFolder = process.cwd(),
}: CloudOptions): StackFacts {
  return { region, project, stack, projectFolder };
}

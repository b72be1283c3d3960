import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { dynamicProvider, withSecrets } from "../providers";
import type { AwsProviderSettings } from "./settings";

/** Pulumi's provider for AWS and the dynamic resources' provider, with the same settings. */
export function awsProviders(
  name: string,
  settings: AwsProviderSettings,
  opts?: pulumi.ResourceOptions,
): pulumi.ProviderResource[] {
  const hidden = withSecrets(settings, ["secretKey", "token", "assumeRoleWithWebIdentity"]);
  return [new aws.Provider(name, hidden as aws.ProviderArgs, opts), dynamicProvider("aws", name, hidden, opts)];
}

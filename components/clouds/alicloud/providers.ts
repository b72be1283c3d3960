import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { dynamicProvider, withSecrets } from "../providers";
import type { AlicloudProviderSettings } from "./settings";

/** Pulumi's provider for Alibaba Cloud and the dynamic resources' provider, with the same settings. */
export function alicloudProviders(
  name: string,
  settings: AlicloudProviderSettings,
  opts?: pulumi.ResourceOptions,
): pulumi.ProviderResource[] {
  const hidden = withSecrets(settings, ["secretKey", "securityToken", "assumeRoleWithOidc"]);
  return [new alicloud.Provider(name, hidden, opts), dynamicProvider("alicloud", name, hidden, opts)];
}

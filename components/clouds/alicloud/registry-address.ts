import type { NetworkSpec } from "../../spec";

/**
 * The address of a repository of Container Registry Enterprise Edition on the internet, in its parts.
 * https://www.alibabacloud.com/help/en/acr/user-guide/push-and-pull-images
 */
export const enterpriseRepository =
  /^(?<instance>[a-z0-9-]+)-registry\.(?<region>[a-z0-9-]+)\.cr\.aliyuncs\.com\/(?<namespace>[a-z0-9._-]+)\/(?<name>[a-z0-9._-]+)$/;

/**
 * The address by which a network pulls from a repository or by a reference of Container Registry Enterprise Edition:
 * without internet access, that of the registry in the VPC.
 * https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs
 */
export function pulledFrom(address: string, network: NetworkSpec): string {
  if (!("egress" in network) || network.egress !== "endpoints") return address;
  return address.replace(/^([a-z0-9-]+)-registry\./, "$1-registry-vpc.");
}

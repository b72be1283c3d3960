import type { ServiceSpec } from "../../spec";

/**
 * The address of a repository of Container Registry Enterprise Edition on the internet, in its parts.
 * https://www.alibabacloud.com/help/en/acr/user-guide/push-and-pull-images
 */
export const enterpriseRepository =
  /^(?<instance>[a-z0-9-]+)-registry\.(?<region>[a-z0-9-]+)\.cr\.aliyuncs\.com\/(?<namespace>[a-z0-9._-]+)\/(?<name>[a-z0-9._-]+)$/;

/**
 * The address by which instances pull from a repository or by a reference of Container Registry Enterprise Edition:
 * that of the registry in the VPC, where the network is linked to it or has no internet access.
 * https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs
 */
export function pulledFrom(address: string, { network, registry }: Pick<ServiceSpec, "network" | "registry">): string {
  if (!("egress" in network) || (network.egress !== "endpoints" && registry === undefined)) return address;
  return address.replace(/^([a-z0-9-]+)-registry\./, "$1-registry-vpc.");
}

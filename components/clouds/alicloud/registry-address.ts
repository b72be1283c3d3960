/**
 * The address of a repository of Container Registry Enterprise Edition on the internet, in its parts.
 * https://www.alibabacloud.com/help/en/acr/user-guide/push-and-pull-images
 */
export const enterpriseRepository =
  /^(?<instance>[a-z0-9-]+)-registry\.(?<region>[a-z0-9-]+)\.cr\.aliyuncs\.com\/(?<namespace>[a-z0-9._-]+)\/(?<name>[a-z0-9._-]+)$/;

/**
 * The reference by which a network without internet access pulls an image of Container Registry Enterprise Edition.
 * https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs
 */
export function vpcReference(reference: string): string {
  return reference.replace(/^([a-z0-9-]+)-registry\./, "$1-registry-vpc.");
}

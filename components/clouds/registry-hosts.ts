import type { CloudName } from "../spec";

/* The hosts of the clouds' registries, which both clouds know: each refuses images that only the other can pull. */

/**
 * A host of Elastic Container Registry, which admits only credentials of AWS.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export const ecrHost =
  /^(?<account>\d{12})\.dkr\.ecr(-fips)?\.(?<region>[a-z0-9-]+)\.(?<domain>amazonaws\.com(\.cn)?)(?=\/)/;

/** The same with IPv4 and IPv6. https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html */
export const dualStackEcrHost =
  /^(?<account>\d{12})\.dkr-ecr(-fips)?\.(?<region>[a-z0-9-]+)\.on\.(aws|amazonwebservices\.com\.cn)(?=\/)/;

/**
 * A host of Container Registry Enterprise Edition by one of its default domain names.
 * https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs
 */
export const enterpriseHost =
  /^(?<instance>[a-z0-9-]+)-registry(?<inside>-vpc)?\.(?<region>[a-z0-9-]+)\.cr\.aliyuncs\.com(?=\/)/;

/** A host of Container Registry Personal Edition. */
export const personalHost = /^registry(?<inside>-vpc)?\.(?<region>[a-z0-9-]+)\.aliyuncs\.com(?=\/)/;

/** The clouds, each with whether an image is in a registry that admits only that cloud's credentials. */
export const privateRegistries = {
  aws: { cloud: "AWS", has: (image: string) => ecrHost.test(image) || dualStackEcrHost.test(image) },
  alicloud: {
    cloud: "Alibaba Cloud",
    // Personal Edition has public repositories too, which the whole internet can pull at its public address.
    has: (image: string) => enterpriseHost.test(image) || personalHost.exec(image)?.groups?.inside !== undefined,
  },
} satisfies Readonly<Record<CloudName, unknown>>;

import { domainOf } from "./regions";

/**
 * A host of Elastic Container Registry, which admits only credentials of AWS.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
const ecrHost = /^\d{12}\.dkr\.ecr(-fips)?\.(?<region>[a-z0-9-]+)\.(?<domain>amazonaws\.com(\.cn)?)\//;

/** Whether an image or a repository is in ECR, of a region if one is given. */
export function isInEcr(address: string, region?: string): boolean {
  const host = ecrHost.exec(address)?.groups;
  return host !== undefined && (region === undefined || (host.region === region && host.domain === domainOf(region)));
}

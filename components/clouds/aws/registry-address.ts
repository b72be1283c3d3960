import { ecrHost } from "../registry-hosts";
import { domainOf } from "./regions";

/** Whether an image or a repository is in a region's ECR. */
export function isInEcrOf(region: string, address: string): boolean {
  const host = ecrHost.exec(address)?.groups;
  return host !== undefined && host.region === region && host.domain === domainOf(region);
}

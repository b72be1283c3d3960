import type { Regions } from "../limits";

/** What is known about a region without calling the cloud: its zones, its partition and its console. */

/**
 * The ids of each region's zones. Ids are the same for every account; zone names (us-east-1a) are assigned per account,
 * and some accounts lack some letters. Zones without Fargate or newer instance types are last.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
const zones: Readonly<Record<string, readonly string[]>> = {
  "af-south-1": ids("afs1", 1, 2, 3),
  "ap-east-1": ids("ape1", 1, 2, 3),
  "ap-east-2": ids("ape2", 1, 2, 3),
  "ap-northeast-1": ids("apne1", 1, 2, 4),
  "ap-northeast-2": ids("apne2", 1, 2, 3, 4),
  "ap-northeast-3": ids("apne3", 1, 2, 3),
  "ap-south-1": ids("aps1", 1, 2, 3),
  "ap-south-2": ids("aps2", 1, 2, 3),
  "ap-southeast-1": ids("apse1", 1, 2, 3),
  "ap-southeast-2": ids("apse2", 1, 2, 3),
  "ap-southeast-3": ids("apse3", 1, 2, 3),
  "ap-southeast-4": ids("apse4", 1, 2, 3),
  "ap-southeast-5": ids("apse5", 1, 2, 3),
  "ap-southeast-6": ids("apse6", 1, 2, 3),
  "ap-southeast-7": ids("apse7", 1, 2, 3),
  "ca-central-1": ids("cac1", 1, 2, 4),
  "ca-west-1": ids("caw1", 1, 2, 3),
  "cn-north-1": ids("cnn1", 1, 2),
  "cn-northwest-1": ids("cnnw1", 1, 2, 3),
  "eu-central-1": ids("euc1", 1, 2, 3),
  "eu-central-2": ids("euc2", 1, 2, 3),
  "eu-north-1": ids("eun1", 1, 2, 3),
  "eu-south-1": ids("eus1", 1, 2, 3),
  "eu-south-2": ids("eus2", 1, 2, 3),
  "eu-west-1": ids("euw1", 1, 2, 3),
  "eu-west-2": ids("euw2", 1, 2, 3),
  "eu-west-3": ids("euw3", 1, 2, 3),
  "il-central-1": ids("ilc1", 1, 2, 3),
  "me-central-1": ids("mec1", 1, 2, 3),
  "me-south-1": ids("mes1", 1, 2, 3),
  "mx-central-1": ids("mxc1", 1, 2, 3),
  "sa-east-1": ids("sae1", 1, 2, 3),
  "us-east-1": ids("use1", 1, 2, 4, 6, 5),
  "us-east-2": ids("use2", 1, 2, 3),
  "us-gov-east-1": ids("usge1", 1, 2, 3),
  "us-gov-west-1": ids("usgw1", 1, 2, 3),
  "us-west-1": ids("usw1", 1, 3),
  "us-west-2": ids("usw2", 1, 2, 3, 4),
};

function ids(prefix: string, ...numbers: number[]): string[] {
  return numbers.map((number) => `${prefix}-az${number}`);
}

/** The zone ids of a region; undefined for an unknown region. */
export function zonesOf(region: string): readonly string[] | undefined {
  return zones[region];
}

/** What the region of a service can be. Others are refused: neither their zones nor their partition is known. */
export const regions = {
  cloud: "aws",
  example: "us-east-1",
  known: Object.keys(zones),
  what: "a region of AWS",
  unsupported: (region) =>
    /^(us-iso|eu-isoe|eusc-)/.test(region)
      ? "its partition is not supported: only aws, aws-cn and aws-us-gov are"
      : undefined,
} as const satisfies Regions;

/**
 * The services whose VPC endpoints have another name in China.
 * https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts
 */
const chineseEndpoints = ["ecr.api", "ecr.dkr", "elasticfilesystem"];

/** The name of a service's VPC endpoint, such as com.amazonaws.us-east-1.logs. */
export function endpointServiceOf(region: string, service: string): string {
  const prefix = partitionOf(region) === "aws-cn" && chineseEndpoints.includes(service) ? "cn." : "";
  return `${prefix}com.amazonaws.${region}.${service}`;
}

/** Whether a zone is given by its id (use1-az1), not by its name (us-east-1a). */
export function isZoneId(zone: string): boolean {
  return /^[a-z]+\d-az\d$/.test(zone);
}

/** The partition in a region's ARNs. */
export function partitionOf(region: string): "aws" | "aws-cn" | "aws-us-gov" {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The domain of a region's service endpoints. */
export function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

/** The console's address for a region. */
export function consoleOf(region: string): string {
  const domain = {
    aws: "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
  }[partitionOf(region)];
  return `https://${region}.${domain}`;
}

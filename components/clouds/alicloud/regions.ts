import type { Regions } from "../limits";

/** What is known about a region without calling the cloud: its zones, its console and its endpoints. */

/**
 * The letters of the zones that offer Application Load Balancers. Zones with the newest instance types are first.
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/supported-regions-and-zones
 */
const zones: Readonly<Record<string, string>> = {
  "ap-northeast-1": "cbae",
  "ap-northeast-2": "ab",
  "ap-southeast-1": "cba",
  "ap-southeast-3": "bac",
  "ap-southeast-5": "bca",
  "ap-southeast-6": "ab",
  "ap-southeast-7": "ab",
  "cn-beijing": "lkjihgf",
  "cn-chengdu": "ab",
  "cn-guangzhou": "ab",
  "cn-hangzhou": "jkihgb",
  "cn-heyuan": "ab",
  "cn-hongkong": "bcd",
  "cn-qingdao": "cb",
  "cn-shanghai": "lmngefb",
  "cn-shenzhen": "fedc",
  "cn-wulanchabu": "abc",
  "cn-zhangjiakou": "cab",
  "cn-zhongwei": "ab",
  "eu-central-1": "abc",
  "eu-west-1": "ab",
  "us-east-1": "ab",
  "us-west-1": "ab",
};

/** The zone ids of a region; undefined for an unknown region. */
export function zonesOf(region: string): readonly string[] | undefined {
  return zones[region]?.split("").map((letter) => zoneOf(region, letter));
}

/**
 * Zones in which a system disk cannot be encrypted when an instance is created, so that no machine starts there: see
 * SystemDisk.Encrypted in
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances
 */
const withoutEncryption: readonly string[] = ["ap-southeast-1a", "cn-hongkong-d"];

/** Whether machines can be in a zone. */
export function isForMachines(zone: string): boolean {
  return !withoutEncryption.includes(zone);
}

/** What the region of a service can be: others have no Application Load Balancers. */
export const regions = {
  cloud: "alicloud",
  example: "cn-hangzhou",
  known: Object.keys(zones),
  what: "a region of Alibaba Cloud with Application Load Balancers",
} as const satisfies Regions;

/** A zone's id: cn-hangzhou-j within China, ap-southeast-1c elsewhere. */
function zoneOf(region: string, letter: string): string {
  return region.startsWith("cn-") ? `${region}-${letter}` : `${region}${letter}`;
}

/** Whether a string can be the id of a zone in this region. */
export function isZoneOf(region: string, zone: string): boolean {
  return zone === zoneOf(region, zone.slice(-1)) && /[a-p]$/.test(zone);
}

/**
 * Regions that offer zone-redundant storage.
 * https://www.alibabacloud.com/help/en/oss/user-guide/zone-redundant-storage
 */
const zoneRedundant = [
  "cn-hangzhou",
  "cn-shanghai",
  "cn-beijing",
  "cn-zhangjiakou",
  "cn-wulanchabu",
  "cn-shenzhen",
  "cn-hongkong",
  "ap-southeast-1",
  "ap-southeast-5",
  "ap-northeast-1",
  "eu-central-1",
];

/** The redundancy of a new bucket: in three zones (ZRS) where the region offers it, else in one (LRS). */
export function redundancyOf(region: string): "ZRS" | "LRS" {
  return zoneRedundant.includes(region) ? "ZRS" : "LRS";
}

/**
 * Regions in which Auto Scaling is served by the central endpoint.
 * https://api.aliyun.com/product/Ess
 */
const central = [
  "cn-qingdao",
  "cn-beijing",
  "cn-hangzhou",
  "cn-shanghai",
  "cn-shenzhen",
  "cn-hongkong",
  "ap-southeast-1",
  "us-west-1",
  "us-east-1",
];

/**
 * The URL of a service's endpoint, such as https://alb.cn-hangzhou.aliyuncs.com. Default, unless the stack's
 * configuration has one: the region's public endpoint.
 */
export function endpointOf(
  { region, endpoints }: { readonly region: string; readonly endpoints: Readonly<Record<string, string>> | undefined },
  service:
    | "alb"
    | "cms"
    | "cr"
    | "eci"
    | "ecs"
    | "ess"
    | "kms"
    | "nas"
    | "oss"
    | "quotas"
    | "ram"
    | "resourcemanager"
    | "sls"
    | "vpc",
): string {
  const names = {
    alb: `alb.${region}.aliyuncs.com`,
    cms: `metrics.${region}.aliyuncs.com`,
    cr: `cr.${region}.aliyuncs.com`,
    eci: `eci.${region}.aliyuncs.com`,
    ecs: `ecs.${region}.aliyuncs.com`,
    ess: central.includes(region) ? "ess.aliyuncs.com" : `ess.${region}.aliyuncs.com`,
    kms: `kms.${region}.aliyuncs.com`,
    nas: `nas.${region}.aliyuncs.com`,
    oss: `oss-${region}.aliyuncs.com`,
    quotas: "quotas.aliyuncs.com",
    ram: "ram.aliyuncs.com",
    resourcemanager: "resourcemanager.aliyuncs.com",
    sls: `${region}.log.aliyuncs.com`,
    vpc: region === "cn-hangzhou" ? "vpc.aliyuncs.com" : `vpc.${region}.aliyuncs.com`,
  };
  // The provider calls the log service's endpoint log.
  const named = endpoints?.[service] ?? (service === "sls" ? endpoints?.log : undefined);
  const host = named ?? names[service];
  return host.includes("://") ? host : `https://${host}`;
}

/** The domain of the console, which depends on the site where the account was opened. Default: the Chinese site. */
export function consoleDomain(accountType: "Domestic" | "International" | undefined): string {
  return accountType === "International" ? "console.alibabacloud.com" : "console.aliyun.com";
}

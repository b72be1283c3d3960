import type { Fields } from "../../protocol/fields";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import type { VSwitch } from "../vpc/records";
import type { LoadBalancer, Zone } from "./records";

/**
 * The letters of the zones that offer Application Load Balancers; those of other regions are not known. The code of the
 * refusal is not documented. https://www.alibabacloud.com/help/en/slb/application-load-balancer/supported-regions-and-zones
 */
const zonesOfRegion: Readonly<Record<string, string>> = {
  "ap-northeast-1": "abcde",
  "ap-northeast-2": "ab",
  "ap-southeast-1": "abc",
  "ap-southeast-3": "abc",
  "ap-southeast-5": "abc",
  "ap-southeast-6": "ab",
  "ap-southeast-7": "ab",
  "cn-beijing": "fghijkl",
  "cn-chengdu": "abc",
  "cn-guangzhou": "ab",
  "cn-hangzhou": "bfghijk",
  "cn-heyuan": "ab",
  "cn-hongkong": "bcd",
  "cn-qingdao": "bc",
  "cn-shanghai": "bcdefglmn",
  "cn-shenzhen": "bcdef",
  "cn-wulanchabu": "abcd",
  "cn-zhangjiakou": "abc",
  "cn-zhongwei": "ab",
  "eu-central-1": "abc",
  "eu-west-1": "ab",
  "us-east-1": "ab",
  "us-west-1": "ab",
};

/** Whether a region has Application Load Balancers in a zone. */
export function hasLoadBalancers(region: string, zone: string): boolean {
  return (zonesOfRegion[region] ?? zone.slice(-1)).includes(zone.slice(-1));
}

/**
 * The zones of a request, checked against their vSwitches: at least two and at most ten zones, one vSwitch in each, all
 * of the load balancer's VPC. A zone that the load balancer has keeps its addresses.
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-updateloadbalancerzones
 */
export function parseZones(
  world: World,
  fields: Fields,
  vpcId: string,
  internet: boolean,
  before: readonly Zone[] = [],
): Zone[] {
  const mappings = fields.list("ZoneMappings");
  // A load balancer in two zones cannot lose one:
  // https://www.alibabacloud.com/help/en/slb/application-load-balancer/modify-the-configurations-of-alb-instances
  if (mappings.length < 2 || mappings.length > 10)
    throw new Refusal("IllegalParam.ZoneMappings", "The param of ZoneMappings is illegal: 2 to 10 zones.");
  const zoneIds = mappings.map((mapping) => mapping.string("ZoneId") ?? "");
  const closed = zoneIds.find((zone) => !hasLoadBalancers(world.region, zone));
  if (closed !== undefined)
    throw new Refusal("OperationDenied.ZoneNotSupported", `The zone ${closed} has no Application Load Balancers.`);
  if (new Set(zoneIds).size < zoneIds.length)
    throw new Refusal("DuplicatedParam.ZoneId", "The param of ZoneId is duplicated.");
  const checked = mappings.map((mapping) => {
    const vSwitch = world.network.vSwitches.require(mapping.string("VSwitchId"), "ResourceNotFound.VSwitch");
    if (vSwitch.vpcId !== vpcId)
      throw new Refusal("Mismatch.VpcId", `The VpcId is mismatched for ${vSwitch.id} and ${vpcId}.`);
    if (vSwitch.zoneId !== mapping.string("ZoneId"))
      throw new Refusal(
        "Mismatch.ZoneIdAndVSwitchId",
        `The ${mapping.string("ZoneId")} and ${vSwitch.id} are mismatched.`,
      );
    return { mapping, vSwitch };
  });
  return checked.map(({ mapping, vSwitch }) => {
    const existing = before.find((one) => one.zoneId === vSwitch.zoneId);
    const sameVSwitch = existing?.vSwitchId === vSwitch.id;
    return {
      zoneId: vSwitch.zoneId,
      vSwitchId: vSwitch.id,
      privateAddress: sameVSwitch ? existing.privateAddress : newPrivateAddress(world, vSwitch),
      ...(internet
        ? {
            allocationId: mapping.string("AllocationId") ?? existing?.allocationId ?? world.newId("eip"),
            publicAddress: existing?.publicAddress ?? newPublicAddress(world),
          }
        : {}),
    };
  });
}

/**
 * UpdateLoadBalancerZones: the given zones replace the present ones. The load balancer is being configured meanwhile,
 * and the new zones are in effect at the end of the job.
 */
export function updateZones(world: World, balancer: LoadBalancer, fields: Fields) {
  const zones = parseZones(world, fields, balancer.vpcId, balancer.addressType === "Internet", balancer.zones);
  if (summary(zones) === summary(balancer.zones))
    throw new Refusal(
      "OperationDenied.ZoneMappingsNotChanged",
      "The operation is not allowed because of ZoneMappingsNotChanged.",
    );
  balancer.nextZones = zones;
  return configure(world, balancer, () => {
    balancer.zones = zones;
    delete balancer.nextZones;
  });
}

/** Runs a job on a load balancer, which is being configured until the job has ended; `apply` is called at its end. */
export function configure(world: World, balancer: LoadBalancer, apply?: () => void) {
  balancer.status = "Configuring";
  const JobId = world.startJob(() => {
    apply?.();
    balancer.status = "Active";
  });
  return { JobId };
}

/** The zones in a response. */
export function zonesResponse(zones: readonly Zone[]) {
  return zones.map((zone) => ({
    VSwitchId: zone.vSwitchId,
    ZoneId: zone.zoneId,
    Status: "Active",
    LoadBalancerAddresses: [
      {
        ...(zone.publicAddress
          ? { Address: zone.publicAddress, AllocationId: zone.allocationId, EipType: "Common" }
          : { Address: zone.privateAddress }),
        IntranetAddress: zone.privateAddress,
        IntranetAddressHcStatus: "Healthy",
      },
    ],
  }));
}

function summary(zones: readonly Zone[]): string {
  return zones
    .map(({ zoneId, vSwitchId }) => `${zoneId} ${vSwitchId}`)
    .sort()
    .join();
}

const firstPrivateAddress = 250;

/** An address of a vSwitch's range that no other load balancer has. */
function newPrivateAddress(world: World, { id, cidr }: VSwitch): string {
  const [base = ""] = cidr.split("/");
  const others = world.balancing.loadBalancers.where(({ zones }) => zones.some(({ vSwitchId }) => vSwitchId === id));
  return base.replace(/\d+$/, String(firstPrivateAddress - others.length));
}

const firstPublicAddress = 200;

/** An address that no zone of any load balancer has. */
function newPublicAddress(world: World): string {
  world.publicAddresses += 1;
  const number = firstPublicAddress + world.publicAddresses;
  return `203.0.${113 + Math.floor(number / 256)}.${number % 256}`;
}

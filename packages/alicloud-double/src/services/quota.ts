import { Refusal } from "../refusal";
import type { World } from "../world";

type Quota = keyof World["quotas"];

/**
 * The codes of exceeded quotas. Those of VPCs and addresses are in the lists of CreateVpc and AllocateEipAddress:
 * https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-createvpc. The others follow them and
 * were not found in any document, so no caller may rely on more than the word "quota".
 */
const codes: Readonly<Record<Quota, string>> = {
  scheduledTasks: "QuotaExceeded.ScheduledTask",
  vpcs: "QuotaExceeded.Vpc",
  eips: "QuotaExceeded.Eip",
  natGateways: "QuotaExceeded.NatGateway",
  loadBalancers: "QuotaExceeded.LoadBalancersNum",
};

/** Refuses one resource more than the account's quota of a kind. */
export function requireRoom(world: World, quota: Quota, existing: number): void {
  const most = world.quotas[quota];
  if (existing >= most) throw new Refusal(codes[quota], `The quota of ${quota} is exceeded: ${most}.`);
}

/** What several engine tests on Alibaba Cloud begin with. */
import type { ServiceArgs } from "../../../components/spec";
import { type AlicloudDouble, callForField } from "../../../packages/alicloud-double/src";
import { pause } from "./processes";

/** A service on containers whose instances start and drain at once, with further settings. */
export function containers(settings: Pick<ServiceArgs, "name"> & Partial<ServiceArgs>): ServiceArgs {
  return {
    compute: "container",
    version: "1.0.0",
    image: `registry-vpc.cn-hangzhou.aliyuncs.com/test/app@sha256:${"1".repeat(64)}`,
    health: { startWithin: 10 },
    loadBalancer: { drain: 0 },
    ...settings,
  };
}

/** A network that exists before the stack. */
export interface ExistingNetwork<Zones extends readonly string[] = readonly string[]> {
  readonly vpcId: string;
  /**
   * A vSwitch in each zone, in the zones' order: the first has the range `<block>.0.0/24`, the next `<block>.1.0/24`.
   */
  readonly vSwitchIds: { readonly [Zone in keyof Zones]: string };
}

/** Creates a network with the range `<block>.0.0/16`, and vSwitches in these zones of cn-hangzhou. */
export async function existingNetwork<Zones extends readonly string[]>(
  double: AlicloudDouble,
  block: string,
  ...zones: Zones
): Promise<ExistingNetwork<Zones>> {
  const vpcId = await callForField(double, "vpc", "CreateVpc", { CidrBlock: `${block}.0.0/16` }, "VpcId");
  // A network is pending for a moment after its creation.
  await pause(300);
  const vSwitchIds: string[] = [];
  for (const [index, zone] of zones.entries()) {
    const fields = { VpcId: vpcId, ZoneId: `cn-hangzhou-${zone}`, CidrBlock: `${block}.${index}.0/24` };
    vSwitchIds.push(await callForField(double, "vpc", "CreateVSwitch", fields, "VSwitchId"));
  }
  return { vpcId, vSwitchIds: vSwitchIds as { [Zone in keyof Zones]: string } };
}

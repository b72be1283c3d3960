import type { ActionGroup } from "../../protocol/action";
import { Refusal } from "../../refusal";
import { findInstance } from "./instances";

/**
 * How many VPCs an instance may be linked to by default:
 * https://www.alibabacloud.com/help/en/doc-detail/145271.htm
 */
const defaultVpcQuota = 3;

/**
 * The VPCs that are linked to instances of Container Registry Enterprise Edition. A new instance is linked to none:
 * https://www.alibabacloud.com/help/en/acr/developer-reference/api-cr-2018-12-01-createinstancevpcendpointlinkedvpc
 */
export const vpcLinks: ActionGroup = {
  service: "cr",
  actions: {
    CreateInstanceVpcEndpointLinkedVpc({ fields, world }) {
      const { registryLinks } = world.registries.tables;
      const instance = findInstance(world, fields);
      const vpcId = fields.string("VpcId") ?? "";
      const vSwitch = world.network.vSwitches.require(fields.string("VswitchId"), "VSWITCH_NOT_EXIST");
      if (vSwitch.vpcId !== vpcId) throw new Refusal("VSWITCH_NOT_EXIST", `${vSwitch.id} is not in ${vpcId}.`);
      const moduleName = fields.string("ModuleName") ?? "Registry";
      const links = registryLinks.where((one) => one.instanceId === instance.id && one.moduleName === moduleName);
      if (links.some((one) => one.vpcId === vpcId))
        throw new Refusal("INSTANCE_ACCESS_EXIST", `${vpcId} is linked to ${instance.id} already.`);
      if (links.length >= (instance.vpcQuota ?? defaultVpcQuota))
        throw new Refusal("VPC_QUOTA_EXCEEDED", `${instance.id} may be linked to no further VPC.`);
      const link = registryLinks.put(`${instance.id}:${vpcId}:${moduleName}`, {
        instanceId: instance.id,
        vpcId,
        vSwitchId: vSwitch.id,
        moduleName,
        status: "CREATING",
        resolves: fields.boolean("EnableCreateDNSRecordInPvzt") ?? false,
      });
      world.schedule(world.delays.transition, () => (link.status = "RUNNING"));
      return { IsSuccess: true, Code: "success" };
    },
    GetInstanceVpcEndpoint({ fields, world }) {
      const instance = findInstance(world, fields);
      const links = world.registries.tables.registryLinks.where(
        (one) => one.instanceId === instance.id && one.moduleName === (fields.string("ModuleName") ?? "Registry"),
      );
      return {
        IsSuccess: true,
        Code: "success",
        Enable: true,
        Domains: [`${instance.name}-registry-vpc.${world.region}.cr.aliyuncs.com`],
        LinkedVpcs: links.map((one) => ({
          VpcId: one.vpcId,
          VswitchId: one.vSwitchId,
          Status: one.status,
          Ip: "10.0.0.250",
          DefaultAccess: one.resolves,
        })),
      };
    },
    DeleteInstanceVpcEndpointLinkedVpc({ fields, world }) {
      const { registryLinks } = world.registries.tables;
      const id = [findInstance(world, fields).id, fields.string("VpcId"), fields.string("ModuleName")].join(":");
      const link = registryLinks.get(id);
      if (!link) throw new Refusal("INSTANCE_ACCESS_NOT_EXIST", `${id} does not exist.`);
      link.status = "DELETING";
      world.schedule(world.delays.transition, () => registryLinks.remove(id));
      return { IsSuccess: true, Code: "success" };
    },
  },
};

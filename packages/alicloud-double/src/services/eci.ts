import type { ActionGroup } from "../protocol/action";
import { failInstance } from "./ess/reconciler";

/**
 * Container groups, which scaling groups start.
 * https://www.alibabacloud.com/help/en/eci/developer-reference/api-eci-2018-08-08-describecontainergroups
 */
export const containerGroups: ActionGroup = {
  service: "eci",
  actions: {
    DescribeContainerGroups({ fields, world }) {
      const ids = fields.strings("ContainerGroupIds");
      const found = world.scaling.instances.where(({ id }) => id.startsWith("eci-") && ids.includes(id));
      return {
        ContainerGroups: found.map(({ id, ip, publicIp, zoneId, vSwitchId, lifecycle }) => ({
          ContainerGroupId: id,
          Status: lifecycle === "Pending" ? "Pending" : "Running",
          IntranetIp: ip,
          InternetIp: publicIp,
          ZoneId: zoneId,
          VSwitchId: vSwitchId,
        })),
        NextToken: "",
      };
    },
    DeleteContainerGroup({ fields, world }) {
      failInstance(world, fields.string("ContainerGroupId") ?? "");
    },
  },
};

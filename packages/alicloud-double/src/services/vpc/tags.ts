import type { ActionGroup } from "../../protocol/action";
import { tagActions } from "../tagging";

/** The tags of all VPC resources. */
export const vpcTags: ActionGroup = {
  service: "vpc",
  actions: tagActions(({ network }) => ({
    vpc: network.vpcs,
    vswitch: network.vSwitches,
    natgateway: network.natGateways,
    eip: network.eips,
    routetable: network.routeTables,
  })),
};

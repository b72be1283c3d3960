import type { ActionGroup } from "../../protocol/action";
import { tagActions } from "../tagging";

/** The tags of all VPC resources. */
export const vpcTags: ActionGroup = {
  service: "vpc",
  actions: tagActions(
    ({ network }, id) =>
      network.vpcs.get(id) ??
      network.vSwitches.get(id) ??
      network.natGateways.get(id) ??
      network.eips.get(id) ??
      network.routeTables.get(id),
  ),
};

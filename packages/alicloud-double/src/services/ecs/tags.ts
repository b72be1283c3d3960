import type { ActionGroup } from "../../protocol/action";
import { tagActions } from "../tagging";

/** The tags of all ECS resources. */
export const ecsTags: ActionGroup = {
  service: "ecs",
  actions: tagActions(
    ({ network, machines: { tables } }, id) =>
      network.securityGroups.get(id) ??
      network.launchTemplates.get(id) ??
      tables.machines.get(id) ??
      tables.images.get(id) ??
      tables.snapshots.get(id),
  ),
};

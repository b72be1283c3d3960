import type { ActionGroup } from "../../protocol/action";
import { tagActions } from "../tagging";

/** The tags of all ECS resources. */
export const ecsTags: ActionGroup = {
  service: "ecs",
  actions: tagActions(
    ({ network, machines: { shelves } }, id) =>
      network.securityGroups.get(id) ??
      network.launchTemplates.get(id) ??
      shelves.machines.get(id) ??
      shelves.images.get(id) ??
      shelves.snapshots.get(id),
  ),
};

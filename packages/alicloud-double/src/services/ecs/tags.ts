import type { ActionGroup } from "../../protocol/action";
import { Table } from "../../table";
import { tagActions } from "../tagging";

const none = new Table<{ tags: Map<string, string> }>();

/** The tags of all ECS resources; the double has no disks and no network interfaces of their own. */
export const ecsTags: ActionGroup = {
  service: "ecs",
  actions: tagActions(({ network, machines: { tables } }) => ({
    securitygroup: network.securityGroups,
    launchtemplate: network.launchTemplates,
    instance: tables.machines,
    image: tables.images,
    snapshot: tables.snapshots,
    disk: none,
    eni: none,
  })),
};

import type { ServerGroup } from "../services/alb/records";
import type { World } from "../world";

/**
 * The release that a server group serves: its tag `release`, else SERVICE_RELEASE in the environment of the
 * containers of the scaling group that is attached to it, else its name.
 */
export function releaseOf(world: World, group: ServerGroup): string {
  const tag = group.tags.get("release") ?? group.tags.get("Release");
  if (tag) return tag;
  const scalingGroup = world.scaling.scalingGroups.find((one) =>
    one.attachments.some((attachment) => attachment.serverGroupId === group.id),
  );
  const configuration = world.scaling.configurations.get(scalingGroup?.activeConfigurationId);
  const variable = /"Key":"SERVICE_RELEASE","Value":"([^"]*)"|"Value":"([^"]*)","Key":"SERVICE_RELEASE"/.exec(
    JSON.stringify(configuration?.settings ?? {}),
  );
  return variable?.[1] ?? variable?.[2] ?? group.name;
}

/** The keys of the tags that show whose a resource is. Plain constants, because remote modules load no Pulumi. */

/** The key of the tag that shows which stack owns a resource. */
export const ownerTag = "immutable-service";

/** The key of the tag of a target group that ends the rollout of its release: its value is `abort` or `promote`. */
export const rolloutTag = "immutable-service:rollout";

/** The key of the tag of a store that was kept when its stack removed it: its value is `project/stack/service`. */
export const keptTag = "immutable-service:kept";

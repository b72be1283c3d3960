import type { ActionGroup } from "../../protocol/action";
import { tagActions } from "../tagging";

/**
 * The tags of ALB resources. The published types are loadbalancer, servergroup and others; the provider tags listeners
 * too. A rule has the tags with which it was created.
 */
export const albTags: ActionGroup = {
  service: "alb",
  actions: tagActions(
    ({ balancing }) => ({
      loadbalancer: balancing.loadBalancers,
      servergroup: balancing.serverGroups,
      listener: balancing.listeners,
    }),
    { nested: false },
  ),
};

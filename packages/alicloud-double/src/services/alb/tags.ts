import type { ActionGroup } from "../../protocol/action";
import { assertDefined } from "../../values";
import { tagActions } from "../tagging";

const { UntagResources, ...others } = tagActions(
  ({ balancing }, id) =>
    balancing.loadBalancers.get(id) ??
    balancing.serverGroups.get(id) ??
    balancing.listeners.get(id) ??
    balancing.rules.get(id),
  { nested: false },
);

/** The tags of all ALB resources. ALB spells UntagResources in its own way. */
export const albTags: ActionGroup = {
  service: "alb",
  actions: { ...others, UnTagResources: assertDefined(UntagResources) },
};

import type { ServingBounds } from "./clouds/bounds.remote";
import type { LastOutputs } from "./last-outputs";
import { isMapping } from "./stack-file/values";

/**
 * The group of the release that has most of the traffic, as the stack knows it from before. A new release starts with
 * the bounds that a schedule has set there. Empty: no release serves, or the stack's last outputs are not known.
 */
export function servingBounds(name: string, last: LastOutputs | undefined): ServingBounds[] {
  const [serving] = [...(last?.deployed?.releases ?? [])].sort((one, other) => other.weight - one.weight);
  const recorded = last?.resources.find(
    ({ urn, type }) => type.endsWith(":Bounds") && urn.endsWith(`::${name}-${serving?.id ?? ""}-bounds`),
  );
  const { group, applied } = recorded?.outputs ?? {};
  if (typeof group !== "string" || !isMapping(applied)) return [];
  const { min, max } = applied;
  return typeof min === "number" && typeof max === "number" ? [{ group, applied: { min, max } }] : [];
}

import { assertDefined } from "../../values";
import type { World } from "../../world";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * Whether the custom policies of a role allow an action on a resource: a statement that denies it prevails. What a
 * system policy allows is not in the double, and conditions are not evaluated.
 * https://www.alibabacloud.com/help/en/ram/user-guide/policy-evaluation-process
 */
export function isAllowed(world: World, roleName: string, action: string, resource: string): boolean {
  const attached = world.ram.rolePolicies.where((one) => one.roleName === roleName && one.policyType === "Custom");
  const effects = attached
    .flatMap(({ policyName }) => world.ram.policies.get(policyName) ?? [])
    .flatMap(({ versions, defaultVersion }) => {
      const { document } = assertDefined(versions.find(({ id }) => id === defaultVersion));
      return (JSON.parse(document) as { Statement: readonly Statement[] }).Statement;
    })
    .filter(
      ({ Action, Resource }) => matches(Action, action.toLowerCase()) && matches(Resource, resource.toLowerCase()),
    )
    .map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

/** Whether one of the patterns, in which * stands for any characters and ? for one, matches; RAM ignores the case. */
function matches(patterns: string | readonly string[], value: string): boolean {
  return [patterns].flat().some((pattern) => {
    const escaped = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
  });
}

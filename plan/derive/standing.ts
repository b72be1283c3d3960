import type { Plan, PlannedResource } from "../contract";

/** What a program reads of its stack's state: the type and the outputs of each resource, by URN. */
export type State = Readonly<Record<string, { readonly type: string; readonly outputs: object }>>;

/**
 * The NAT gateways of the plan before, if the plan after has others: in an update, the program knows from the stack's state in
 * which zone its only gateway is, and leaves it there. Undefined: the plan after is right without that.
 */
export function standingGateways(before: Plan | undefined, after: Plan): State | undefined {
  const [standing, planned] = [gatewaysOf(before), gatewaysOf(after)];
  const isIn = (others: readonly PlannedResource[]) => (one: PlannedResource) =>
    others.some(({ urn }) => urn === one.urn);
  if (standing.every(isIn(planned)) || planned.every(isIn(standing))) return undefined;
  return Object.fromEntries(standing.map(({ urn, type }) => [urn, { type, outputs: {} }]));
}

function gatewaysOf(plan: Plan | undefined): PlannedResource[] {
  return (plan?.resources ?? []).filter(({ type }) => type.endsWith(":NatGateway"));
}

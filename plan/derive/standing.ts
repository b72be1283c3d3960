import type { Plan, PlannedResource } from "../contract";
import { shortType } from "../words";

/** What a program reads of its stack's state: the type and the outputs of each resource, by URN. */
export type State = Readonly<Record<string, { readonly type: string; readonly outputs: object }>>;

/**
 * The NAT gateways of the plan before and the default route that leads to one of them, if the plan after has others: in
 * an update, the program knows from the stack's state in which zone its only gateway is, or the one with the route, and
 * leaves it there. Undefined: the plan after is right without that.
 */
export function standingGateways(before: Plan | undefined, after: Plan): State | undefined {
  const [standing, planned] = [gatewaysOf(before), gatewaysOf(after)];
  const isIn = (others: readonly PlannedResource[]) => (one: PlannedResource) =>
    others.some(({ urn }) => urn === one.urn);
  const isSame = standing.every(isIn(planned)) || planned.every(isIn(standing));
  const leads = [before, after].map((plan) => routesOf(plan)[0]?.inputs.gateway);
  if (standing.length === 0 || (isSame && leads[0] === leads[1])) return undefined;
  return Object.fromEntries([
    ...standing.map(({ urn, type, name }) => [urn, { type, outputs: { id: idOf(name) } }] as const),
    ...routesOf(before).map(({ urn, type, inputs }) => [urn, { type, outputs: inputs }] as const),
  ]);
}

/**
 * What the plan cannot know: earlier changes of the zones may have left the gateway that every zone uses in another
 * zone than the one where a new network has it. Nothing where no zone and no gateway is removed, which moves none.
 */
export function gatewayNotes(before: Plan | undefined, after: Plan): string[] {
  const standing = gatewaysOf(before);
  const [only, ...others] = standing;
  const main = standing.find(({ name }) => routesOf(before)[0]?.inputs.gateway === idOf(name));
  const gateway = main ?? (others.length === 0 ? only : undefined);
  const subnets = ofTypes(before, "Subnet", "Switch");
  const planned = new Set(after.resources.map(({ urn }) => urn));
  if (gateway === undefined || [...subnets, ...standing].every(({ urn }) => planned.has(urn))) return [];
  return [
    `The plan takes ${gateway.name} to be the NAT gateway that stands now. After earlier changes of the zones it may be in ` +
      "another zone; then other addresses change, or none: pulumi preview shows it.",
  ];
}

function gatewaysOf(plan: Plan | undefined): PlannedResource[] {
  return ofTypes(plan, "NatGateway");
}

function routesOf(plan: Plan | undefined): PlannedResource[] {
  return ofTypes(plan, "DefaultRoute");
}

function ofTypes(plan: Plan | undefined, ...types: readonly string[]): PlannedResource[] {
  return (plan?.resources ?? []).filter(({ type }) => types.includes(shortType(type)));
}

/** A resource's id in a plan. */
function idOf(name: string): string {
  return `<${name}.id>`;
}

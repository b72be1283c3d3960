import type { LastOutputs } from "./last-outputs";

/**
 * The zones in which an environment has NAT gateways, as the stack knows it from before, with the one first to which
 * the default route of the network leads. The single gateway of a network stays in its zone, whatever zones the network
 * gets, because the addresses that others see would change with it. Empty: there is none yet, or what the stack has is
 * not known.
 */
export function natZones(name: string, last: LastOutputs | undefined): string[] {
  const start = `${name}-nat-`;
  const resources = last?.resources ?? [];
  const route = resources.find(
    ({ urn, type }) => type.endsWith(":DefaultRoute") && nameOf(urn) === `${name}-default-route`,
  );
  const gateways = resources
    .filter(({ urn, type }) => type.endsWith(":NatGateway") && nameOf(urn).startsWith(start))
    .map(({ urn, outputs: { id } }) => ({
      zone: nameOf(urn).slice(start.length),
      isMain: id !== undefined && id === route?.outputs.gateway,
    }));
  return gateways
    .sort((a, b) => Number(b.isMain) - Number(a.isMain) || (a.zone < b.zone ? -1 : 1))
    .map(({ zone }) => zone);
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

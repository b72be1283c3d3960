import type { LastOutputs } from "./last-outputs";

/**
 * The zones in which an environment has NAT gateways, as the stack knows it from before. The single gateway of a network
 * stays in its zone, whatever zones the network gets, because the addresses that others see would change with it. Empty:
 * there is none yet, or what the stack has is not known.
 */
export function natZones(name: string, last: LastOutputs | undefined): string[] {
  const start = `${name}-nat-`;
  const names = (last?.resources ?? []).flatMap(({ urn, type }) =>
    type.endsWith(":NatGateway") ? [urn.split("::").at(-1) ?? ""] : [],
  );
  return names.flatMap((one) => (one.startsWith(start) ? [one.slice(start.length)] : []));
}

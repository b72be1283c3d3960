import ipaddr from "ipaddr.js";

/**
 * The number of a zone among all that a region may ever have, 0 to 15: it is in the zone's own id (use1-az1) or name
 * (us-east-1a, cn-hangzhou-b). A zone's subnets keep their ranges, whatever other zones the network has.
 */
export function zoneNumber(zone: string): number {
  const [, id] = /-az(\d+)$/.exec(zone) ?? [];
  return id === undefined ? zone.charCodeAt(zone.length - 1) - "a".charCodeAt(0) : Number(id) - 1;
}

/** The most zones that a network has ranges for, by their numbers. */
export const maxZones = 16;

/**
 * The range of the n-th subnet of a network, of 32 of equal size: two for each zone. `cidr` has been checked: an IPv4
 * range that is large enough. `n` is 0 to 31.
 */
export function subnetCidr(cidr: string, n: number): string {
  return block(cidr, 5, n);
}

/** The upper half of a network: the ranges of the load balancer's subnets, whatever zones the network has. */
export function upperHalf(cidr: string): string {
  return block(cidr, 1, 1);
}

/** The lower half of a network: the ranges of the instances' subnets. */
export function lowerHalf(cidr: string): string {
  return block(cidr, 1, 0);
}

/** The n-th of 2 ** `more` equal blocks of a range. */
function block(cidr: string, more: number, n: number): string {
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const first = ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
  const start = first + n * 2 ** (32 - bits - more);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join(".")}/${bits + more}`;
}

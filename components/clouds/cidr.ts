import ipaddr from "ipaddr.js";

/**
 * The range of the n-th subnet of a network, of 16 of equal size. `cidr` has been checked: an IPv4 range that is large
 * enough. `n` is 0 to 15.
 */
export function subnetCidr(cidr: string, n: number): string {
  const [address, bits] = ipaddr.IPv4.parseCIDR(cidr);
  const first = ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
  const start = first + n * 2 ** (32 - bits - 4);
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join(".")}/${bits + 4}`;
}

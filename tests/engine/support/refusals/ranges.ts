/** IPv4 ranges as numbers. */

/** The first and last address of a range; undefined for a text that is not one. */
export function rangeOf(cidr: string): { first: number; last: number; bits: number } | undefined {
  const [, address = "", length = ""] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  const bytes = address.split(".").map(Number);
  const bits = Number(length);
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1, bits };
}

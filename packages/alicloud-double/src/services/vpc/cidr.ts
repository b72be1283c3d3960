/** A range of IPv4 addresses, as its first and its last address. */
export interface Range {
  first: number;
  last: number;
  /** The number of fixed bits. */
  prefix: number;
}

/** The range of a CIDR block such as `10.0.0.0/24`; undefined if the text is none, or has bits set in its host part. */
export function rangeOf(cidr: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  if (!match) return undefined;
  const [, ...numbers] = match.map(Number);
  const prefix = numbers[4] ?? 0;
  const octets = numbers.slice(0, 4);
  if (octets.some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

/** Whether two ranges have an address in common. */
export function overlap(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Whether a range is within another one. */
export function isWithin(inner: Range, outer: Range): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

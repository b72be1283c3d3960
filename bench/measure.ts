/** The median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Runs two things in turn, A B A B, after one run of each that does not count, and returns the pairs. */
export async function sideBySide<A, B>(
  runs: number,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<readonly (readonly [A, B])[]> {
  await first();
  await second();
  const pairs: [A, B][] = [];
  for (let run = 0; run < runs; run += 1) pairs.push([await first(), await second()]);
  return pairs;
}

/** Two figures that were measured side by side. */
export interface Comparison {
  readonly first: number;
  readonly second: number;
  /** The median of the ratios of neighbouring runs: what else runs on the machine slows both of a pair. */
  readonly ratio: number;
}

/** Compares pairs of figures by their medians. */
export function compared(pairs: readonly (readonly [number, number])[]): Comparison {
  return {
    first: median(pairs.map(([first]) => first)),
    second: median(pairs.map(([, second]) => second)),
    ratio: median(pairs.map(([first, second]) => first / second)),
  };
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** What two things took, in milliseconds, measured side by side. */
export interface Comparison {
  readonly first: number;
  readonly second: number;
  /** The middle of the ratios of neighbouring runs: what else runs on the machine slows both of a pair. */
  readonly ratio: number;
}

/** Runs two things in turn, A B A B, after one run of each that does not count. */
export async function sideBySide(
  runs: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<Comparison> {
  await first();
  await second();
  const pairs: { first: number; second: number }[] = [];
  for (let run = 0; run < runs; run += 1) pairs.push({ first: await first(), second: await second() });
  return {
    first: median(pairs.map((pair) => pair.first)),
    second: median(pairs.map((pair) => pair.second)),
    ratio: median(pairs.map((pair) => pair.first / pair.second)),
  };
}

/**
 * Suites that exist once per cloud and test the same: `npm test` runs one of each pair, chosen by the hash of the files, and
 * `npm run test:pairs` all of them.
 */
import { sample } from "./live/results";

const pairs = [
  "credentials",
  "data",
  "freeze",
  "fresh",
  "live-changes",
  "network-changes",
  "refresh",
  "second-deletion",
  "verify",
];
const clouds = ["aws", "alicloud"];

const fileOf = (pair: string, cloud: string) => `tests/engine/${pair}-${cloud}.test.ts`;

/** The files of all pairs. */
export const pairFiles = pairs.flatMap((pair) => clouds.map((cloud) => fileOf(pair, cloud)));

/** The files that are not in the sample of a seed. */
export function leftOut(seed: string): string[] {
  return pairs.flatMap((pair) => {
    const [chosen] = sample(seed, pair, clouds.length, 1);
    return clouds.filter((_, index) => index !== chosen).map((cloud) => fileOf(pair, cloud));
  });
}

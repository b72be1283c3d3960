/**
 * Suites that exist once per cloud and test the same: `npm test` runs one of each pair, chosen by the hash of the
 * files, and `npm run test:pairs` all of them.
 */
import type { CloudName } from "../../components/spec";
import { cloudNames } from "../../components/stack-file/per-cloud";
import { sampledCloud } from "./live/results";

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

const fileOf = (pair: string, cloud: CloudName) => `tests/engine/${pair}-${cloud}.test.ts`;

/** The files of all pairs. */
export const pairFiles = pairs.flatMap((pair) => cloudNames.map((cloud) => fileOf(pair, cloud)));

/** The files that are not in the sample of a seed. */
export function leftOut(seed: string): string[] {
  return pairs.flatMap((pair) => {
    const chosen = sampledCloud(seed, pair);
    return cloudNames.filter((cloud) => cloud !== chosen).map((cloud) => fileOf(pair, cloud));
  });
}

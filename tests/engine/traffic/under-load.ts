/** What a service does while requests are sent to it at an even rate, each of which is counted. */
import assert from "node:assert/strict";
import { pause } from "../support/processes";
import { Load, type LoadOptions, type LoadTotals } from "./load";
import { docker } from "./process";

/** Sends requests while an action runs, and for a second before and after it; prints the totals. */
export async function underLoad(
  url: string,
  title: string,
  action: () => Promise<unknown>,
  options: LoadOptions = {},
): Promise<LoadTotals> {
  const load = new Load(url, options);
  await pause(1_000);
  try {
    await action();
    await pause(1_000);
  } catch (error) {
    await load.stop();
    throw error;
  }
  const totals = await load.stop();
  const shares = Object.entries(totals.releases).map(([release, { answers }]) => `${release} ${answers}`);
  const counts = `${totals.seconds.toFixed(0)} s, ${totals.sent} requests, ${totals.failed} failed`;
  console.log(`      ${title}: ${counts}; ${shares.join(", ")}`);
  return totals;
}

/** The versions that have answered, with dashes, sorted. */
export function versionsIn({ releases }: LoadTotals): string[] {
  return Object.keys(releases)
    .map((release) => release.replace(/-[0-9a-f]{6}$/, ""))
    .sort();
}

/** Asserts that every request was answered with 2xx; `events` is what the error shows. */
export function assertNothingLost(totals: LoadTotals, events: readonly string[]): void {
  const { failed, sent, answered, reasons } = totals;
  assert.deepEqual([failed, sent - answered, reasons], [0, 0, {}], events.join("\n"));
}

/** The ids of the running containers of some images, sorted. */
export async function containersOf(images: readonly string[]): Promise<string[]> {
  const found = images.map((image) => docker("ps", "--quiet", "--filter", `ancestor=${image}`).catch(() => ""));
  return (await Promise.all(found))
    .flatMap((ids) => ids.split("\n"))
    .filter((id) => id !== "")
    .sort();
}

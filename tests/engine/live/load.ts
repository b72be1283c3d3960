/**
 * Sends requests to a live service one after the other while something happens, and counts those that no release
 * answers.
 */
import { pause } from "../support/processes";
import type { LiveCloud } from "./live-cloud";

/** What became of the requests. */
export interface LoadResult {
  readonly sent: number;
  readonly lost: number;
  /** Why requests were lost, each reason once. */
  readonly reasons: readonly string[];
}

/** Milliseconds between two requests. */
const interval = 100;

/**
 * Runs `work` under load. A request counts as lost only if a second look finds the same: reading the cloud takes
 * several calls.
 */
export async function underLoad<Result>(
  live: LiveCloud,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly load: LoadResult }> {
  const state = { running: true, sent: 0, lost: 0 };
  const reasons = new Set<string>();
  const load = (async () => {
    while (state.running) {
      const failure = (await live.request()) && (await live.request());
      state.sent += 1;
      if (failure !== undefined) {
        state.lost += 1;
        reasons.add(failure);
      }
      await pause(interval);
    }
  })();
  try {
    const result = await work();
    state.running = false;
    await load;
    return { result, load: { sent: state.sent, lost: state.lost, reasons: [...reasons] } };
  } catch (error) {
    state.running = false;
    // The caller closes the cloud: a request on its way would fail then, and nobody would hear of it.
    await load.catch(() => undefined);
    throw error;
  }
}

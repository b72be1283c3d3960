/** The same test for a service on each compute, both at the same time: an update is mostly waiting. */
import type { ServiceStack } from "./world";

const computes = ["container", "vm"] as const;

/** A stack on each compute. */
export type Both = Record<(typeof computes)[number], ServiceStack>;

/** Registers the test once per compute. Both start with the first one, so no test of one compute overtakes the other's. */
export function onBoth(title: string, stacks: Both, test: (stack: ServiceStack) => Promise<void>): void {
  const running = new Map<string, Promise<void>>();
  for (const compute of computes) {
    it(`${title} (${compute})`, async () => {
      if (running.size === 0) {
        for (const each of computes) {
          const run = test(stacks[each]);
          // Reported by its own test, which may come to it later.
          run.catch(() => undefined);
          running.set(each, run);
        }
      }
      await running.get(compute);
    });
  }
}

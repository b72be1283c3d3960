/** The same test for a service on each compute, run in parallel because an update is mostly waiting. */
import type { ServiceStack } from "./world";

const computes = ["container", "vm"] as const;

/** A stack on each compute. */
export type Both = Record<(typeof computes)[number], ServiceStack>;

/**
 * Registers the test once per compute, or on some of them. All run when the first one starts, and the next test starts
 * only after all.
 */
export function onBoth(
  title: string,
  stacks: Both,
  test: (stack: ServiceStack) => Promise<void>,
  on: readonly (keyof Both)[] = computes,
): void {
  const running = new Map<string, Promise<void>>();
  for (const compute of on) {
    it(`${title} (${compute})`, async () => {
      if (running.size === 0) {
        for (const each of on) {
          const run = test(stacks[each]);
          // The rejection is reported by the test of its compute, which may run later.
          run.catch(() => undefined);
          running.set(each, run);
        }
      }
      await running.get(compute);
    });
  }
}

import type { Trigger } from "../spec";
import type { ScheduledBounds } from "./bounds-in-force";
import { assertNever } from "../stack-file/values";

/**
 * What a platform registers for a trigger of each kind: a new kind does not compile until every platform handles it.
 */
export type TriggerHandlers = {
  /** `index` is the trigger's place among those of its kind, from 0. */
  readonly [Kind in Trigger["kind"]]: (trigger: Extract<Trigger, { kind: Kind }>, index: number) => void;
};

/** Calls the handler of each trigger's kind. */
export function forEachTrigger(triggers: readonly Trigger[], handlers: TriggerHandlers): void {
  const handled = { metric: 0, schedule: 0 } satisfies Record<Trigger["kind"], number>;
  for (const trigger of triggers) {
    switch (trigger.kind) {
      case "metric":
        handlers.metric(trigger, handled.metric++);
        break;
      case "schedule":
        handlers.schedule(trigger, handled.schedule++);
        break;
      default:
        assertNever(trigger);
    }
  }
}

/** The bounds that the schedules among the triggers set, and when, in their order. */
export function scheduledBounds(triggers: readonly Trigger[]): ScheduledBounds[] {
  return triggers.flatMap((trigger) => {
    if (trigger.kind !== "schedule") return [];
    const { schedule, timezone, min, max } = trigger;
    return [{ schedule, timezone, min, max }];
  });
}

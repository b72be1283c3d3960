import type { ScheduleTrigger } from "../../components/spec";
import type { PlannedSpec } from "../contract";
import { many, range, scheduleInWords } from "../words";

/** What the settings of a service alone do not show, in whole sentences. */
export interface Notes {
  /** What a reader should know. */
  readonly notes: readonly string[];
  /** What is likely not to be what the author wants. */
  readonly warnings: readonly string[];
}

/** The notes and warnings on a service. */
export function notesOf({ scaling, gate, releases }: PlannedSpec): Notes {
  const [{ instances }] = releases;
  const { min, max, start } = instances;
  const schedules = scaling.filter((trigger) => trigger.kind === "schedule");
  const notes: string[] = [];
  const warnings: string[] = [];
  if (min === 1)
    warnings.push("With one instance there is no spare: the service does not respond while that instance is replaced.");
  if (min === max && schedules.length === 0) notes.push(`The number of instances is fixed at ${min}.`);
  else if (scaling.length === 0)
    notes.push(`There are no triggers, so a release keeps the ${many(start, "instance")} that it starts with.`);
  if (start < max && scaling.length > 0)
    notes.push(
      `New releases start with ${many(start, "instance")} even if the current one has scaled to ${max}; ` +
        "set instances.start if you release at peak.",
    );
  warnings.push(...schedules.flatMap((schedule) => raisedForGood(schedule, schedules, instances)));
  if (schedules.length > 0)
    notes.push(
      `A new release starts with the bounds that a schedule has set for the running one, else with ${range(min, max)} instances.`,
    );
  for (const schedule of schedules.filter((trigger) => trigger.min === 0))
    warnings.push(`The schedule ${scheduleInWords(schedule)} allows the service to have no instance.`);
  if (gate.from === "none")
    warnings.push("There is no gate: the load balancer's health check alone decides whether a release gets traffic.");
  return { notes, warnings };
}

/** A schedule that raises the bounds, and after which no other one lowers them again. */
function raisedForGood(
  trigger: ScheduleTrigger,
  schedules: readonly ScheduleTrigger[],
  { min, max }: { min: number; max: number },
): string[] {
  const raises = trigger.min > min || trigger.max > max;
  const lowered = schedules.some(
    (other) =>
      other !== trigger &&
      (trigger.min <= min || other.min < trigger.min) &&
      (trigger.max <= max || other.max < trigger.max),
  );
  if (!raises || lowered) return [];
  return [
    `The schedule ${scheduleInWords(trigger)} raises the bounds to ${range(trigger.min, trigger.max)} instances ` +
      `for good: no other schedule lowers them to ${range(min, max)} again.`,
  ];
}

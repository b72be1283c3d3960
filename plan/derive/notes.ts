import type { Description } from "../../components/service";
import type { ScheduleTrigger } from "../../components/spec";
import { currentRelease } from "../render/headline";
import { many, range } from "../render/words";

/** What a reader should know of a service and the settings alone do not show, in whole sentences. */
export function notesOf(description: Description): string[] {
  const { scaling, gate } = description.service;
  const { instances } = currentRelease(description);
  const { min, max, start } = instances;
  const schedules = scaling.filter((trigger) => trigger.kind === "schedule");
  const notes: string[] = [];
  if (min === 1) notes.push("The service has no spare: while its only instance is replaced, nobody answers.");
  if (min === max && schedules.length === 0) notes.push(`The number of instances is fixed at ${min}.`);
  else if (scaling.length === 0)
    notes.push(`Nothing asks for more than ${many(start, "instance")}: there are no triggers.`);
  if (start < max && scaling.length > 0)
    notes.push(
      `A new release starts with ${many(start, "instance")}, though there may be ${max}; for releases at the peak set instances.start.`,
    );
  notes.push(...schedules.flatMap((schedule) => neverTakenBack(schedule, schedules, instances)));
  if (schedules.length > 0)
    notes.push(
      `A new release has ${range(min, max)} instances until the next schedule comes, whatever the one before had.`,
    );
  for (const { schedule } of schedules.filter((trigger) => trigger.min === 0))
    notes.push(`From "${schedule}" on there may be no instance at all.`);
  if (gate.from === "none")
    notes.push("There is no gate: only the load balancer's own health check decides whether a release gets traffic.");
  notes.push(...description.notes);
  return notes;
}

/** A schedule that raises the bounds, and after which no other one lowers them again. */
function neverTakenBack(
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
    `From "${trigger.schedule}" on there are ${range(trigger.min, trigger.max)} instances instead of ${range(min, max)}, for good: no other schedule takes that back.`,
  ];
}

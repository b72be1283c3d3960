import type { Changes } from "../derive/changes";
import { changesText } from "./changes-text";
import type { Plan, ServicePlan, Update } from "../contract";
import { columns } from "./tables";
import { headline } from "./headline";
import { duration, many } from "./words";

/** How a plan is told on a terminal. */
export interface TextOptions {
  /** Characters per line. */
  readonly width: number;
  /** Whether every resource is listed. */
  readonly resources: boolean;
  /** What changes against another tree. */
  readonly changes?: Changes | undefined;
}

/** A plan for a terminal. With changes, these are told instead of the service line by line. */
export function textOf(plan: Plan, { width, resources, changes }: TextOptions): string {
  const told = changes
    ? changesText(changes, plan, width)
    : plan.services.flatMap((service) => [
        headline(service, plan.stack),
        "",
        facts(service, width),
        "",
        updateText(service.update, width),
        "",
      ]);
  return [
    ...told,
    countsOf(plan, width),
    ...(resources
      ? [
          "",
          columns(
            plan.resources.map((resource) => [resource.role, resource.name, resource.type]),
            Math.max(width, 200),
          ),
        ]
      : []),
    ...(plan.notes.length > 0
      ? [
          "",
          "Notes",
          columns(
            plan.notes.map((note) => ["-", note]),
            width,
          ),
        ]
      : []),
    "",
  ].join("\n");
}

function facts({ facts: told }: ServicePlan, width: number): string {
  return columns(
    told.flatMap(({ topic, lines }) => lines.map((line, index) => [index === 0 ? topic : "", line])),
    width,
  );
}

/** The steps of an update with their longest times. */
export function updateText(
  update: Update,
  width: number,
  title = "What a new release goes through, and how long each step may take:",
): string {
  const rows = update.steps.map(({ what, atMost, why }, index) => [
    `${index + 1}.`,
    what,
    atMost > 0 ? `${atMost} s` : "",
    why,
  ]);
  return [
    title,
    columns(rows, width),
    `  Traffic has moved after at most ${duration(update.trafficMovedWithin)}, besides the cloud's own time for each call.`,
    `  An update is over after at most ${duration(update.overWithin)}.`,
  ].join("\n");
}

/** How many resources there are, by role; types that the table of roles lacks are named. */
function countsOf(plan: Plan, width: number): string {
  const counts = plan.roles.map(
    ({ role, count, types }) => `${role} ${count}${role === "other" ? ` (${Object.keys(types).join(", ")})` : ""}`,
  );
  return columns([[many(plan.resources.length, "resource"), counts.join(", ")]], width);
}

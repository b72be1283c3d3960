import type { Changes, Plan, ServicePlan } from "../contract";
import { headline, many } from "../words";
import { changesText } from "./changes-text";
import { columns } from "./tables";
import { updateText } from "./update-text";

/** How a plan is printed on a terminal. */
export interface TextOptions {
  /** Characters per line. */
  readonly width: number;
  /** Whether every resource is listed. */
  readonly resources: boolean;
  /** What changes against another tree. */
  readonly changes?: Changes | undefined;
}

/** A plan for a terminal. With changes, they are printed instead of the service line by line. */
export function textOf(plan: Plan, { width, resources, changes }: TextOptions): string {
  const services = plan.services.flatMap((service) => [
    headline(service, plan.stack),
    "",
    facts(service, width),
    "",
    updateText(service.update, width, "Steps of a release, with the maximum time of each:"),
    "",
  ]);
  const list = plan.resources.map(({ role, name, type }) => [role, name, type]);
  const listOf = (title: string, lines: readonly string[]) =>
    lines.length > 0
      ? [
          "",
          title,
          columns(
            lines.map((line) => ["-", line]),
            width,
          ),
        ]
      : [];
  return [
    ...(changes ? changesText(changes, plan, width) : services),
    countsOf(plan, width),
    ...(resources ? ["", columns(list, Math.max(width, 200))] : []),
    ...listOf("Warnings", plan.warnings),
    ...listOf("Notes", plan.notes),
    "",
  ].join("\n");
}

function facts(service: ServicePlan, width: number): string {
  return columns(
    service.facts.flatMap(({ topic, lines }) => lines.map((line, index) => [index === 0 ? topic : "", line])),
    width,
  );
}

/** The number of resources by role, with the types of those that are below no component. */
function countsOf(plan: Plan, width: number): string {
  const counts = plan.roles.map(
    ({ role, count, types }) => `${role} ${count}${role === "other" ? ` (${Object.keys(types).join(", ")})` : ""}`,
  );
  return columns([[many(plan.resources.length, "resource"), counts.join(", ")]], width);
}

import { columns } from "../plan/render/tables";
import type { ReleaseRow } from "./split";

/** The number of the JSON's schema: it changes whenever a reader of the one before would misread it. */
export const schema = 1;

/** The releases of a stack. */
export interface Report {
  readonly stack: string;
  readonly service: string;
  readonly releases: readonly ReleaseRow[];
}

/** The releases as a table. */
export function textOf({ stack, service, releases }: Report, width: number): string {
  const percent = (weight: number | null) => (weight === null ? "–" : `${weight} %`);
  const instances = ({ healthy, others }: ReleaseRow) =>
    healthy === null ? "–" : `${healthy} healthy${others ? `, ${others} not` : ""}`;
  const since = ({ passedAt, revision }: ReleaseRow) =>
    passedAt === null ? "not recorded" : `${passedAt}${revision === null ? "" : ` (${revision.slice(0, 12)})`}`;
  const lines = releases.map((row) => [
    row.id,
    row.version ?? "–",
    percent(row.weight),
    percent(row.recorded),
    instances(row),
    since(row),
  ]);
  const head = ["release", "version", "traffic", "recorded", "instances", "first traffic"];
  return `${service} (stack ${stack})\n\n${columns([head, ...lines], width)}\n`;
}

/** The releases as JSON. */
export function jsonOf(report: Report): string {
  return `${JSON.stringify({ schema, ...report }, undefined, 2)}\n`;
}

import type { Changes, Plan, ServicePlan, Update } from "../contract";
import { duration, headline, many, shortType } from "../words";
import { countsInWords } from "./change-lines";
import { changesMarkdown, changesUpdates } from "./changes-markdown";
import { alert, escaped, folded, table } from "./tables";

/** How a plan is printed as a comment. */
export interface MarkdownOptions {
  /** Whether every resource is listed. */
  readonly resources: boolean;
  /** What changes against another tree. */
  readonly changes?: Changes | undefined;
}

/** GitHub's limit for a comment is 65,536 characters; a longer plan is printed without its list of resources. */
const maxLength = 60_000;

/** A plan as one comment per stack that each push replaces: the first line is the mark by which to find it again. */
export function markdownOf(plan: Plan, { resources, changes }: MarkdownOptions): string {
  const parts = [
    `<!-- immutable-service plan ${plan.project} ${plan.stack} -->`,
    `### Plan for stack \`${plan.stack}\`${changes === undefined ? "" : `: ${countsInWords(changes)}`}`,
    ...plan.services.map((service) => headline(service, plan.stack)),
    ...(changes ? changesMarkdown(changes) : []),
    ...(changes ? changesUpdates(changes) : plan.services).map(({ name, update }) => limits(name, update)),
    alert("WARNING", plan.warnings.map(escaped)),
    alert("NOTE", plan.notes.map(escaped)),
    ...plan.services.flatMap((service) => [
      folded(`The service ${service.name}`, facts(service)),
      folded("Steps of a release", steps(service)),
    ]),
    folded(many(plan.resources.length, "resource"), roles(plan)),
  ].filter((part) => part !== "");
  const list = folded(
    "Every resource",
    table(
      ["role", "name", "type"],
      plan.resources.map(({ role, name, type }) => [role, name, type]),
    ),
  );
  const whole = [...parts, ...(resources ? [list] : [])].join("\n\n");
  const short = [...parts, "The list of resources is too long for a comment."].join("\n\n");
  return `${whole.length <= maxLength ? whole : short}\n`;
}

function limits(name: string, { maxSecondsToSwitch, maxSecondsTotal, traffic: moves }: Update): string {
  const [traffic, whole] = [duration(maxSecondsToSwitch), duration(maxSecondsTotal)];
  return [
    `${name}: traffic switches within **${traffic}**, the update finishes within **${whole}**, plus API latency.`,
    ...moves.map(({ sentence }) => escaped(sentence)),
  ].join(" ");
}

function facts(service: ServicePlan): string {
  return table(
    ["topic", "setting"],
    service.facts.map(({ topic, lines }) => [topic, escaped(lines.join("\n"))]),
  );
}

function steps({ update }: ServicePlan): string {
  return table(
    ["#", "step", "at most", "detail"],
    update.steps.map(({ title, maxSeconds, detail }, index) => [
      String(index + 1),
      title,
      maxSeconds > 0 ? `${maxSeconds} s` : "",
      detail,
    ]),
  );
}

function roles(plan: Plan): string {
  const typesOf = (types: Readonly<Record<string, number>>) =>
    Object.entries(types)
      .map(([type, count]) => `${shortType(type)} ${count}`)
      .join(", ");
  return table(
    ["role", "resources", "types"],
    plan.roles.map(({ role, count, types }) => [role, String(count), typesOf(types)]),
  );
}

import type { Changes, Plan, ServicePlan, Update } from "../contract";
import { nothingChanges } from "../derive/changes";
import { differenceInWords, duration, headline, many, shortType } from "../words";
import { groupsOf, refInWords, serviceRows, updatesOf } from "./changes-text";
import { table } from "./tables";

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
    `### Plan for stack \`${plan.stack}\``,
    ...plan.services.map((service) => headline(service, plan.stack)),
    ...(changes ? changesIn(changes, plan) : []),
    ...(changes ? updatesOf(changes, plan) : plan.services).map(({ name, update }) => limits(name, update)),
    ...plan.notes.map((note) => `> ${escaped(note)}`),
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

function limits(name: string, { maxSecondsToSwitch, maxSecondsTotal }: Update): string {
  const [traffic, whole] = [duration(maxSecondsToSwitch), duration(maxSecondsTotal)];
  return `${name}: traffic switches within **${traffic}**, the update finishes within **${whole}**, plus API latency.`;
}

function facts(service: ServicePlan): string {
  return table(
    ["", ""],
    service.facts.map(({ topic, lines }) => [topic, escaped(lines.join("\n"))]),
  );
}

function steps({ update }: ServicePlan): string {
  return table(
    ["", "step", "at most", ""],
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

function changesIn(changes: Changes, plan: Plan): string[] {
  const from = refInWords(changes, `\`${changes.against}\``);
  const notes = changes.notes.map((note) => `> ${escaped(note)}`);
  if (nothingChanges(changes)) return [`**No change** against ${from}.`, ...notes];
  const rows = changes.services
    .flatMap(serviceRows)
    .map(([topic = "", line = ""]) => [
      topic,
      `${line.startsWith(" ") ? "&nbsp;&nbsp;" : ""}${escaped(line.trimStart())}`,
    ]);
  const { created, deleted, changed } = changes;
  return [
    `**What changes** against ${from}:${updatesOf(changes, plan).length > 0 ? "" : " no release is added or removed."}`,
    rows.length > 0 ? table(["", ""], rows) : "",
    ...notes,
    folded(
      `${many(created.length, "resource")} created, ${deleted.length} deleted, ${changed.length} changed`,
      changedResources(changes),
    ),
  ];
}

function changedResources({ created, deleted, changed }: Changes): string {
  return table(
    ["", "resource", ""],
    [
      ...created.map(({ name, type }) => ["created", name, shortType(type)]),
      ...deleted.map(({ name, type }) => ["deleted", name, shortType(type)]),
      ...groupsOf(changed).map(({ resources, differences }) => [
        "changed",
        resources.map(({ name, type }) => `${name} (${shortType(type)})`).join("\n"),
        escaped(differences.map(differenceInWords).join("\n")),
      ]),
    ],
  );
}

/** Escapes Markdown: a placeholder such as <bookstore.arn> would vanish as an unknown HTML element. */
function escaped(text: string): string {
  return text
    .replace(/[\\*_`[\]~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}

function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

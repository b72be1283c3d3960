import { type Changes, nothingChanges } from "../derive/changes";
import { groupsOf, refInWords, serviceRows, shortType, updatesOf } from "./changes-text";
import type { Plan, ServicePlan, Update } from "../contract";
import { changeInWords } from "../derive/differences";
import { headline } from "./headline";
import { table } from "./tables";
import { duration, many } from "./words";

/** How a plan is told as a comment. */
export interface MarkdownOptions {
  /** Whether every resource is listed. */
  readonly resources: boolean;
  /** What changes against another tree. */
  readonly changes?: Changes | undefined;
}

/** The longest comment that GitHub takes has 65,536 characters; what is longer loses its list of resources. */
const longest = 60_000;

/** A plan fit for one comment per stack that each push replaces: the first line is the mark by which to find it again. */
export function markdownOf(plan: Plan, { resources, changes }: MarkdownOptions): string {
  const head = [
    `<!-- immutable-service plan ${plan.project} ${plan.stack} -->`,
    `### Plan for stack \`${plan.stack}\``,
    ...plan.services.map((service) => headline(service, plan.stack)),
  ];
  const told = [
    ...head,
    ...(changes ? changesIn(changes, plan) : []),
    ...(changes ? updatesOf(changes, plan) : plan.services).map(({ name, update }) => promise(name, update)),
    ...plan.notes.map((note) => `> ${escaped(note)}`),
    ...plan.services.flatMap((service) => [
      folded(`The service ${service.name}`, facts(service)),
      folded("What a new release goes through", steps(service)),
    ]),
    folded(
      many(plan.resources.length, "resource"),
      table(
        ["role", "resources", "types"],
        plan.roles.map(({ role, count, types }) => [
          role,
          String(count),
          Object.entries(types)
            .map(([type, n]) => `${shortType(type)} ${n}`)
            .join(", "),
        ]),
      ),
    ),
  ].filter((part) => part !== "");
  const list = resources
    ? [
        folded(
          "Every resource",
          table(
            ["role", "name", "type"],
            plan.resources.map(({ role, name, type }) => [role, name, type]),
          ),
        ),
      ]
    : [];
  const whole = [...told, ...list].join("\n\n");
  return `${whole.length <= longest ? whole : [...told, "The list of resources is too long for a comment."].join("\n\n")}\n`;
}

function promise(name: string, update: Update): string {
  return `${name}: traffic has moved after at most **${duration(update.trafficMovedWithin)}**, an update is over after at most **${duration(update.overWithin)}**.`;
}

function facts({ facts: told }: ServicePlan): string {
  return table(
    ["", ""],
    told.map(({ topic, lines }) => [topic, escaped(lines.join("\n"))]),
  );
}

function steps({ update }: ServicePlan): string {
  return table(
    ["", "step", "at most", ""],
    update.steps.map(({ what, atMost, why }, index) => [String(index + 1), what, atMost > 0 ? `${atMost} s` : "", why]),
  );
}

function changesIn(changes: Changes, plan: Plan): string[] {
  const from = refInWords(changes, `\`${changes.against}\``);
  if (nothingChanges(changes))
    return [`**No change** against ${from}.`, ...changes.notes.map((note) => `> ${escaped(note)}`)];
  const rows = changes.services
    .flatMap(serviceRows)
    .map(([topic, line]) => [topic, `${line.startsWith(" ") ? "&nbsp;&nbsp;" : ""}${escaped(line.trimStart())}`]);
  const { created, deleted, changed } = changes;
  return [
    `**What changes** against ${from}:${updatesOf(changes, plan).length > 0 ? "" : " no release comes or goes."}`,
    rows.length > 0 ? table(["", ""], rows) : "",
    ...changes.notes.map((note) => `> ${escaped(note)}`),
    folded(
      `${many(created.length, "resource")} created, ${deleted.length} deleted, ${changed.length} changed`,
      table(
        ["", "resource", ""],
        [
          ...created.map(({ name, type }) => ["created", name, shortType(type)]),
          ...deleted.map(({ name, type }) => ["deleted", name, shortType(type)]),
          ...groupsOf(changed).map(({ resources, changes: same }) => [
            "changed",
            resources.map(({ name, type }) => `${name} (${shortType(type)})`).join("\n"),
            escaped(same.map(changeInWords).join("\n")),
          ]),
        ],
      ),
    ),
  ];
}

/** What Markdown would take for its own: a stand-in such as <bookstore.arn> would vanish as an unknown HTML element. */
function escaped(text: string): string {
  return text
    .replace(/[\\*_`[\]~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;");
}

function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

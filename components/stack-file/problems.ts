import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { isHidden } from "./credentials";
import type { ProblemCode } from "./problem-codes";
import { outputOf } from "./values";

export { pathOf } from "./paths";

/** One thing that is wrong with a stack file. */
export interface Problem {
  /** What kind of problem it is, for scripts: docs/problems.md lists the codes. */
  readonly code: ProblemCode;
  /**
   * The place in the stack file, such as `scaling[0].metric`; relative to `immutable-service:service` unless it names a
   * config key.
   */
  readonly path: string;
  /** What is wrong and how to fix it, in one sentence that follows the path, without a full stop. */
  readonly message: string;
  /** For an unknown field or key: those that exist in its place. */
  readonly known?: readonly string[];
}

/** A problem if `wrong`, otherwise none. */
export function problemIf(wrong: boolean, code: ProblemCode, path: string, message: string): Problem[] {
  return wrong ? [{ code, path, message }] : [];
}

/** The problem of an entry that its list has before; an output of another resource is not compared. */
export function problemIfRepeated(list: readonly unknown[], index: number, path: string): Problem[] {
  const entry = list[index];
  return problemIf(
    typeof entry === "string" && list.indexOf(entry) !== index,
    "listed-twice",
    path,
    `${show(entry)} is listed twice`,
  );
}

/**
 * The one error that an invalid stack file gets. It lists every problem and is thrown before a resource is registered.
 * It extends RunError because Pulumi prints that class's message alone, without a stack trace.
 */
export class SettingsError extends pulumi.RunError {
  /** Every problem: first those of single fields, then those between fields and of the cloud. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], where = "the stack file") {
    super(summary(problems, where));
    this.name = "SettingsError";
    this.problems = problems;
    // Pulumi inspects the error before it prints the message alone. Node.js 20 colors the frame @pulumi/resource.ts of
    // a stack in a loop that fills the memory and takes up to a minute.
    this.stack = `${this.name}: ${this.message}`;
  }
}

function summary(problems: readonly Problem[], where: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
  return [`${count} in ${where}, nothing was changed:`, ...lines, ...knownNames(problems, where)].join("\n");
}

/** The names that exist where others are unknown: each list once, however many names are unknown there. */
function knownNames(problems: readonly Problem[], where: string): string[] {
  const places = new Map<string, Set<string>>();
  for (const { path, known = [] } of problems) {
    const names = known.join(", ");
    const place = path.replace(/(^|\.)[^.]*$/, "") || (path.includes(":") ? where : "the service");
    if (names !== "") places.set(names, (places.get(names) ?? new Set()).add(place));
  }
  return [...places].map(([names, at]) => `  known in ${[...at].join(" and ")}: ${names}`);
}

/**
 * A known name that begins alike, in any case, or that a few typing errors turn into this one; a wild guess would only
 * mislead.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const names = new Map(known.map((one) => [one.toLowerCase(), one]));
  if (names.has(lower)) return names.get(lower);
  const longer = [...names.keys()].find((other) => name.length > 2 && other.startsWith(lower));
  if (longer !== undefined || known.length === 0) return names.get(longer ?? "");
  const nearest = closest(lower, [...names.keys()]);
  return distance(lower, nearest) <= Math.ceil(name.length / 3) ? names.get(nearest) : undefined;
}

/**
 * Renders a bad value for a message, short and in the stack file's own notation. Neither an output's value is rendered
 * nor what may be a credential: the parts of the value by their names, the value itself by its `path`.
 */
export function show(value: unknown, path: readonly PropertyKey[] = []): string {
  if (value === undefined) return "nothing";
  if (isHidden(path)) return "a value that is not shown";
  if (outputOf(value)) return "an output";
  const text = JSON.stringify(value, (key, part: unknown) =>
    outputOf(part) ? "an output" : isHidden([key]) ? "not shown" : part,
  );
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

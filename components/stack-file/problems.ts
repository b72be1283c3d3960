import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

/** One thing that is wrong with a stack file: where it stands, what is wrong and what would be right. */
export interface Problem {
  /** The place in the stack file, such as `scaling[0].metric`; relative to `immutable-service:service` unless it names a config key. */
  readonly path: string;
  /** What is wrong and what would be right, in one sentence without a full stop. */
  readonly message: string;
}

/**
 * The one error that a bad stack file gets. It lists every problem and is thrown before a resource is registered.
 * It extends RunError because Pulumi prints that class's message alone, without a stack trace.
 */
export class SettingsError extends pulumi.RunError {
  /** Every problem that was found, in the stack file's order. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], where = "the stack file") {
    super(sentence(problems, where));
    this.name = "SettingsError";
    this.problems = problems;
  }
}

function sentence(problems: readonly Problem[], where: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count} in ${where}, nothing was changed:`, ...problems.map((p) => `  ${p.path}: ${p.message}`)].join("\n");
}

/** Writes a path's parts the way the stack file would be indexed: `["scaling", 0, "metric"]` gives `scaling[0].metric`. */
export function pathOf(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (path, part) =>
      typeof part === "number" ? `${path}[${part}]` : path === "" ? String(part) : `${path}.${String(part)}`,
    "",
  );
}

/** Tells that a name is unknown, with the known one that was probably meant first. */
export function unknownName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `is not known here${hint} (known: ${known.join(", ")})`;
}

/** A name that begins alike, or that a few slips of the finger turn into this one; a wild guess would only mislead. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const longer = known.find((other) => name.length > 2 && other.toLowerCase().startsWith(name.toLowerCase()));
  if (longer !== undefined || known.length === 0) return longer;
  const nearest = closest(name, [...known]);
  return distance(name, nearest) <= Math.max(1, Math.floor(name.length / 2)) ? nearest : undefined;
}

/** Shows a bad value in a message, short and in the stack file's own notation. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

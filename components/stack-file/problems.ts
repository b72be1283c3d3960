import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { outputOf } from "./values";

/** One thing that is wrong with a stack file. */
export interface Problem {
  /**
   * The place in the stack file, such as `scaling[0].metric`; relative to `immutable-service:service` unless it names a
   * config key.
   */
  readonly path: string;
  /** What is wrong and how to fix it, in one sentence that follows the path, without a full stop. */
  readonly message: string;
}

/** A problem if `wrong`, otherwise none. */
export function problemIf(wrong: boolean, path: string, message: string): Problem[] {
  return wrong ? [{ path, message }] : [];
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
  }
}

function summary(problems: readonly Problem[], where: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count} in ${where}, nothing was changed:`, ...problems.map((p) => `  ${p.path}: ${p.message}`)].join("\n");
}

/** Renders a path as one would index the stack file: `["scaling", 0, "metric"]` gives `scaling[0].metric`. */
export function pathOf(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>(
    (path, part) =>
      typeof part === "number" ? `${path}[${part}]` : path === "" ? String(part) : `${path}.${String(part)}`,
    "",
  );
}

/** The message for an unknown name, with the known one that was probably meant first. */
export function unknownName(name: string, known: readonly string[], what = "field"): string {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return `unknown ${what}${hint} (known: ${known.join(", ")})`;
}

/** A name that begins alike, or that a few typing errors turn into this one; a wild guess would only mislead. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const longer = known.find((other) => name.length > 2 && other.toLowerCase().startsWith(name.toLowerCase()));
  if (longer !== undefined || known.length === 0) return longer;
  const nearest = closest(name, [...known]);
  return distance(name, nearest) <= Math.max(1, Math.floor(name.length / 2)) ? nearest : undefined;
}

/**
 * Renders a bad value for a message, short and in the stack file's own notation. An output's value is never rendered.
 */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (outputOf(value)) return "an output";
  const text = JSON.stringify(value, (_key, part: unknown) => (outputOf(part) ? "an output" : part));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

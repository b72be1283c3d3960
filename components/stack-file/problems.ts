import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { isHidden } from "./credentials";
import { outputOf } from "./values";

export { pathOf } from "./paths";

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
    // Pulumi inspects the error before it prints the message alone. Node.js 20 colors the frame @pulumi/resource.ts of
    // a stack in a loop that fills the memory and takes up to a minute.
    this.stack = `${this.name}: ${this.message}`;
  }
}

function summary(problems: readonly Problem[], where: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${count} in ${where}, nothing was changed:`, ...problems.map((p) => `  ${p.path}: ${p.message}`)].join("\n");
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

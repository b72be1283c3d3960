import diff from "microdiff";
import { valueInWords } from "../render/words";

/** A value that changes: its path and what it is before and after; absent values are undefined. */
export interface Change {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Every difference between two plain values. Keys that are absent on one side are undefined there. */
export function changesBetween(before: object, after: object): Change[] {
  return diff(before, after, { cyclesFix: false }).map((change) => ({
    path: pathOf(change.path),
    ...(change.type === "CREATE" ? {} : { before: change.oldValue as unknown }),
    ...(change.type === "REMOVE" ? {} : { after: change.value as unknown }),
  }));
}

function pathOf(parts: readonly (string | number)[]): string {
  return parts
    .map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join("");
}

/** A change in one line: "scaling[0].target: 60 → 70". */
export function changeInWords({ path, before, after }: Change): string {
  const was = valueInWords(before);
  const is = valueInWords(after);
  // Two long values may differ only where they were cut.
  return was === is ? `${path}: changed` : `${path}: ${was} → ${is}`;
}

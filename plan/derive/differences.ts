import diff from "microdiff";
import type { Difference } from "../contract";

/** Every difference between two plain values. A key that one of them lacks is absent on that side. */
export function differencesBetween(before: object, after: object): Difference[] {
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

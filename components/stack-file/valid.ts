import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { IssueParams } from "./fields";
import { PerCloud } from "./per-cloud";
import { isMapping } from "./values";

/**
 * The valid parts of a T: whatever is invalid or missing is undefined, and keeps its key or its index. A check across
 * fields runs when the fields that it needs are there, whatever else is invalid. A field without its key was left out.
 */
export type Valid<T> = T extends
  string | number | boolean | null | undefined | Promise<unknown> | pulumi.OutputInstance<unknown>
  ? T
  : T extends readonly (infer Item)[]
    ? readonly (Valid<Item> | undefined)[]
    : T extends { readonly kind: infer Kind }
      ? { readonly kind: Kind } & { readonly [K in Exclude<keyof T, "kind">]?: Valid<T[K]> }
      : { readonly [K in keyof T]?: Valid<T[K]> };

/**
 * Takes from a parsed value what the issues are about. `value` is what zod leaves in an invalid value's payload: parsed
 * where it is valid, and anything where there is an issue. It is changed in place, as every part with an issue inside
 * is zod's own copy.
 */
export function withoutInvalid(value: unknown, issues: readonly z.core.$ZodRawIssue[]): unknown {
  for (const issue of issues) {
    if (issue.code === "custom" && (issue.params as IssueParams | undefined)?.known !== undefined) continue;
    const path = issue.path ?? [];
    const last = path.at(-1);
    const parent = path.slice(0, -1).reduce(partOf, value);
    const holder = parent instanceof PerCloud ? parent.values : parent;
    if (last !== undefined && (isMapping(holder) || Array.isArray(holder)))
      (holder as Record<PropertyKey, unknown>)[last] = undefined;
  }
  return value;
}

function partOf(whole: unknown, key: PropertyKey): unknown {
  const holder = whole instanceof PerCloud ? whole.values : whole;
  return isMapping(holder) || Array.isArray(holder) ? (holder as Record<PropertyKey, unknown>)[key] : undefined;
}

/** Whether nothing in a value is invalid or missing. */
export function isComplete<T>(value: Valid<T>): value is Valid<T> & T {
  return hasEveryPart(value);
}

function hasEveryPart(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(hasEveryPart);
  return isMapping(value) ? Object.values(value).every(hasEveryPart) : value !== undefined;
}

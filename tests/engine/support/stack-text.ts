import { stringify } from "yaml";

/** A stack file's text. Its strings are in quotes: the engine reads a plain 2026-12-24 as a time, and the plan refuses it. */
export function stackText(content: Record<string, unknown>): string {
  return stringify(content, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 });
}

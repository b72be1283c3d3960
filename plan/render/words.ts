import type { Trigger } from "../../components/spec";

/** Counts in words: `many(2, "zone")` is "2 zones". */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A duration in seconds, from two minutes on with minutes beside it: "340 s (5 min 40 s)". */
export function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const rest = seconds % 60;
  return `${seconds} s (${Math.floor(seconds / 60)} min${rest === 0 ? "" : ` ${rest} s`})`;
}

/** A range of numbers: "2 to 6", or "2" if both are the same. */
export function range(min: number, max: number): string {
  return min === max ? String(min) : `${min} to ${max}`;
}

/** A list in a sentence: "a, b and c". */
export function sentenceList(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** What a trigger does, in words. */
export function triggerInWords(trigger: Trigger): string {
  if (trigger.kind === "schedule")
    return `from "${trigger.schedule}" (${trigger.timezone}) on, ${range(trigger.min, trigger.max)} instances`;
  if (trigger.metric === "requests") return `as many as keep requests near ${trigger.target} per instance and minute`;
  return `as many as keep ${trigger.metric} near ${trigger.target} %`;
}

/** An image's reference short enough for a line: a digest keeps 12 of its 64 digits. */
export function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, "$1…");
}

/** A value in a list of changes: absent ones in words, long ones cut. */
export function valueInWords(value: unknown): string {
  if (value === undefined) return "none";
  const text =
    typeof value === "string" ? shortImage(value).replace(/^.+(\/[^/]+@sha256:)/, "…$1") : JSON.stringify(value);
  return text.length > 72 ? `${text.slice(0, 71)}…` : text;
}

/** The clouds' names. */
export const cloudNames: Readonly<Record<string, string>> = { aws: "AWS", alicloud: "Alibaba Cloud" };

/** What an instance is called. */
export const instanceNames: Readonly<Record<string, string>> = { container: "container", vm: "virtual machine" };

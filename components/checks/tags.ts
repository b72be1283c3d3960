import { ownerTag } from "../clouds/tag-keys";
import { type Problem, problemIf, show } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";

/**
 * What every service of both clouds accepts as a tag: a service tags all its resources alike, and moves to the other cloud with the
 * same tags.
 * - Characters, and keys that differ in case only: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 * - Lengths: https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-tagresources
 * - Prefixes: the same page, and https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
const limits = { key: 64, value: 128, characters: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u } as const;
const prefixes = ["aws:", "acs:", "aliyun", "http://", "https://"];

/** The keys of the program's own tags, in lower case. */
const ownKeys = ["name", "service", "stack", "release", "version", "revision", "managed-by"];

/**
 * How many tags may be added: a resource of Alibaba Cloud has at most 20, and the program's own are up to 8.
 * https://www.alibabacloud.com/help/en/resource-management/tag/product-overview/limits
 */
const most = 12;

/** Checks tags against the strictest of the services that get them. */
export function checkTags(tags: ValidFields["tags"] = {}): Problem[] {
  const keys = Object.keys(tags);
  return [
    ...problemIf(keys.length > most, "wrong-length", "tags", `must be at most ${most}, got ${keys.length}`),
    ...Object.entries(tags).flatMap(([key, value = ""], index): Problem[] => {
      const path = `tags.${key}`;
      const reserved = reservedKey(key);
      if (reserved !== undefined) return [{ code: "reserved-tag", path, message: reserved }];
      const message = keyProblem(key, keys.slice(0, index)) ?? valueProblem(value);
      return message === undefined ? [] : [{ code: "invalid-tag", path, message }];
    }),
  ];
}

function reservedKey(key: string): string | undefined {
  const lower = key.toLowerCase();
  // A user's tag must not look like a mark, by which an update decides what it may remove or take over.
  if (lower.startsWith(ownerTag))
    return `must not begin with ${ownerTag}, with which this program marks what a stack owns and keeps: give the tag another name`;
  if (ownKeys.includes(lower)) return "has the name of one of this program's own tags: give it another name";
  const prefix = prefixes.find((one) => lower.startsWith(one));
  return prefix === undefined ? undefined : `must not begin with "${prefix}", which a cloud reserves`;
}

function keyProblem(key: string, before: readonly string[]): string | undefined {
  if (key === "" || key.length > limits.key)
    return `must have 1 to ${limits.key} characters in its name, got ${key.length}`;
  if (!limits.characters.test(key)) return `must have only ${allowed} in its name, got ${show(key)}`;
  const twin = before.find((one) => one.toLowerCase() === key.toLowerCase());
  return twin === undefined ? undefined : `differs from ${show(twin)} only in case, which IAM takes for the same tag`;
}

function valueProblem(value: string): string | undefined {
  const prefix = prefixes.find((one) => value.toLowerCase().startsWith(one));
  if (prefix !== undefined) return `must not have a value that begins with "${prefix}", which a cloud reserves`;
  if (value.length > limits.value) return `must have at most ${limits.value} characters, got ${value.length}`;
  return limits.characters.test(value) ? undefined : `must have only ${allowed} in its value, got ${show(value)}`;
}

const allowed = "letters, digits, spaces and _.:/=+-@";

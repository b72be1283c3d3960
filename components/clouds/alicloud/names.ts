import type * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../id";
import type { Context } from "./context";
import type { RandomSuffix } from "./random-suffix";

/**
 * Pulumi generates no names on Alibaba Cloud for resources whose name is a property such as `roleName`.
 * Resources with an id may share a name, so they get their logical name; the kinds below need a unique one.
 */

/**
 * The maximum length of each kind of name, in characters.
 * https://www.alibabacloud.com/help/en/ram/product-overview/limits (role, policy),
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalinggroup (and the
 * other calls of Auto Scaling),
 * https://www.alibabacloud.com/help/en/oss/user-guide/bucket-naming-conventions
 */
const limits = {
  role: 64,
  policy: 128,
  "scaling group": 64,
  "scaling rule": 64,
  "lifecycle hook": 64,
  "scheduled task": 40,
  "launch template": 128,
  "access group": 64,
  bucket: 63,
} as const;

/**
 * A name that is unique in the account and region: the service's name, `parts`, and a fingerprint of the project, the
 * stack and the region. A name that is too long for its kind is shortened.
 */
export function uniqueName(
  { name, facts }: Pick<Context<unknown>, "name" | "facts">,
  kind: keyof typeof limits,
  ...parts: readonly string[]
): string {
  return shortened([name, ...parts, stackFingerprint(facts)].join("-"), limits[kind]);
}

/** The name of the scaling group of a release. */
export function groupName(context: Pick<Context, "name" | "facts">, release: string): string {
  return uniqueName(context, "scaling group", release);
}

/** What unique names end with, unless they are too long. */
export function stackFingerprint({ project, stack, region }: Context["facts"]): string {
  return fingerprint({ project, stack, region });
}

/** A string of at most `max` characters: a longer one is cut, and ends with a fingerprint of the whole. */
export function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 7).replace(/-+$/, "")}-${fingerprint(text)}`;
}

/** A globally unique name, for a bucket. It ends with the suffix, which lasts as long as the stack. */
export function globalName(
  { name }: Context<unknown>,
  kind: keyof typeof limits,
  part: string,
  { suffix }: Pick<RandomSuffix, "suffix">,
): pulumi.Output<string> {
  return suffix.apply((eight) => `${`${name}-${part}`.slice(0, limits[kind] - 9)}-${eight}`);
}

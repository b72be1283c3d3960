import type * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../id";
import type { Context } from "../context";
import type { RandomSuffix } from "./random-suffix";

/**
 * Alibaba Cloud's names are given, not generated: Pulumi names nothing whose name has a property such as `roleName`.
 * What is told apart by its id may simply bear its logical name; the others get one from here.
 */

/**
 * The most characters of each kind of name.
 * https://www.alibabacloud.com/help/en/ram/product-overview/limits (role, policy),
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscalinggroup (and its siblings),
 * https://www.alibabacloud.com/help/en/oss/user-guide/bucket-naming-conventions,
 * https://www.alibabacloud.com/help/en/sls/manage-a-project
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
  project: 63,
} as const;

/**
 * A name that no other stack of the account and region has: the service's, what it is for, and six digits that stand for
 * the project, the stack and the region. Shortened, with digits that stand for the rest, where the kind allows less.
 */
export function uniqueName(
  { name, facts }: Context<unknown>,
  kind: keyof typeof limits,
  ...parts: readonly string[]
): string {
  return shortened(
    [name, ...parts, fingerprint({ project: facts.project, stack: facts.stack, region: facts.region })].join("-"),
    limits[kind],
  );
}

/** A text of at most `most` characters; a longer one keeps its beginning and gets a fingerprint of the whole. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 7).replace(/-+$/, "")}-${fingerprint(text)}`;
}

/** A globally unique name, for buckets and log projects. The suffix stays as long as the stack does. */
export function globalName(
  { name }: Context<unknown>,
  kind: keyof typeof limits,
  part: string,
  { suffix }: RandomSuffix,
): pulumi.Output<string> {
  return suffix.apply((eight) => `${`${name}-${part}`.slice(0, limits[kind] - 9)}-${eight}`);
}

/** A repository of Container Registry Enterprise Edition, by its address on the internet. https://www.alibabacloud.com/help/en/acr/user-guide/push-and-pull-images */
export const enterpriseRepository =
  /^(?<instance>[a-z0-9-]+)-registry\.(?<region>[a-z0-9-]+)\.cr\.aliyuncs\.com\/(?<namespace>[a-z0-9._-]+)\/(?<name>[a-z0-9._-]+)$/;

/** A rule of Container Registry that deletes artifacts. */
export interface LifecycleRule {
  /** Whether it runs by itself. */
  readonly Auto?: boolean;
  readonly Scope?: string;
  readonly NamespaceName?: string;
  readonly RepoName?: string;
  readonly RetentionTagCount?: number;
  /** Tags that match are kept in any case. */
  readonly TagRegexp?: string;
}

/** A tag of a repository. */
export interface RegistryTag {
  readonly Tag: string;
  readonly Digest?: string;
  /** In milliseconds since 1970, as text. */
  readonly ImageUpdate?: string;
}

/**
 * The rule that deletes the last tag of an image at its next run, or once one more tag is pushed; undefined if none
 * does.
 * https://www.alibabacloud.com/help/en/acr/user-guide/configure-a-lifecycle-rule-for-artifacts
 */
export function deletingRule(
  rules: readonly LifecycleRule[],
  tags: readonly RegistryTag[],
  { namespace, name, digest }: { readonly namespace: string; readonly name: string; readonly digest: string },
): LifecycleRule | undefined {
  const newest = [...tags].sort((one, other) => Number(other.ImageUpdate ?? 0) - Number(one.ImageUpdate ?? 0));
  return rules.find(({ Auto, Scope, NamespaceName, RepoName, RetentionTagCount, TagRegexp }) => {
    if (Auto !== true || RetentionTagCount === undefined) return false;
    if (Scope !== undefined && Scope !== "INSTANCE" && NamespaceName !== namespace) return false;
    if (Scope === "REPO" && RepoName !== name) return false;
    const counted = newest.filter(({ Tag }) => !TagRegexp || !new RegExp(TagRegexp).test(Tag));
    const kept = new Set(counted.slice(0, Math.max(0, RetentionTagCount - 1)).map(({ Tag }) => Tag));
    const own = newest.filter(({ Digest = "" }) => digest === Digest || digest === `sha256:${Digest}`);
    return own.length > 0 && own.every((tag) => counted.includes(tag) && !kept.has(tag.Tag));
  });
}

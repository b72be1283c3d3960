/** A rule of a repository's lifecycle policy. */
interface PolicyRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: {
    readonly tagStatus: "tagged" | "untagged" | "any";
    readonly tagPrefixList?: readonly string[];
    readonly tagPatternList?: readonly string[];
    readonly countType: string;
    readonly countNumber: number;
  };
  readonly action: { readonly type: string };
}

/** An image of a repository. */
export interface RepositoryImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushed: Date;
  /** When it was pulled last, if ever. */
  readonly pulled?: Date | undefined;
}

const dayMilliseconds = 86_400_000;

/**
 * The rule that deletes an image within a day, or as soon as one more image is pushed; undefined if none does.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function expiringRule(
  policy: string,
  images: readonly RepositoryImage[],
  digest: string,
  now = new Date(),
): string | undefined {
  const { rules = [] } = JSON.parse(policy) as { rules?: PolicyRule[] };
  // An image that a rule selects is out of reach for the rules of lower priority.
  const left = new Set(images);
  for (const rule of [...rules].sort((one, other) => one.rulePriority - other.rulePriority)) {
    const selected = [...left].filter((image) => selects(rule, image));
    for (const image of selected) left.delete(image);
    if (rule.action.type === "expire" && expires(rule, selected, digest, now))
      return `rule ${rule.rulePriority}${rule.description === undefined ? "" : ` (${rule.description})`}`;
  }
  return undefined;
}

function selects({ selection }: PolicyRule, { tags }: RepositoryImage): boolean {
  const { tagStatus, tagPrefixList, tagPatternList } = selection;
  if (tagStatus === "any") return true;
  if (tagStatus === "untagged") return tags.length === 0;
  // Each prefix or pattern of a list must match one of the image's tags.
  return (
    tags.length > 0 &&
    (tagPrefixList ?? []).every((prefix) => tags.some((tag) => tag.startsWith(prefix))) &&
    (tagPatternList ?? []).every((pattern) => tags.some((tag) => matches(pattern, tag)))
  );
}

function expires({ selection }: PolicyRule, selected: readonly RepositoryImage[], digest: string, now: Date): boolean {
  const { countType, countNumber } = selection;
  const newest = [...selected].sort((one, other) => other.pushed.getTime() - one.pushed.getTime());
  const place = newest.findIndex((image) => image.digest === digest);
  const image = newest[place];
  if (image === undefined) return false;
  // With one more image pushed, it is one place further back.
  if (countType === "imageCountMoreThan") return place + 1 >= countNumber;
  const since = countType === "sinceImagePulled" ? (image.pulled ?? image.pushed) : image.pushed;
  return now.getTime() + dayMilliseconds - since.getTime() > countNumber * dayMilliseconds;
}

function matches(pattern: string, tag: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(tag);
}

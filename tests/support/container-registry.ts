/** Doubles of the clouds' container registries, as strict as they are documented to be. */

/** A repository with immutable tags: digests without their prefix, and the one that each tag names. */
export class Repository {
  readonly tags = new Map<string, string>();
  /** The images; one whose last tag is removed goes with it. */
  readonly images = new Set<string>();

  push(digest: string, ...tags: readonly string[]): void {
    this.images.add(digest);
    for (const tag of tags) this.tags.set(tag, digest);
  }

  tagsOf(digest: string): string[] {
    return [...this.tags].flatMap(([tag, named]) => (named === digest ? [tag] : []));
  }

  /** Why the tag cannot be set; undefined once it is. */
  tag(digest: string, tag: string): "taken" | "same" | "malformed" | undefined {
    if (!/^\w[\w.-]{0,127}$/.test(tag)) return "malformed";
    const named = this.tags.get(tag);
    if (named !== undefined) return named === digest ? "same" : "taken";
    this.tags.set(tag, digest);
    return undefined;
  }

  /** Removes a tag, of one image if it names one. */
  untag(tag: string, digest = this.tags.get(tag)): boolean {
    if (digest === undefined || this.tags.get(tag) !== digest) return false;
    this.tags.delete(tag);
    // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
    if (this.tagsOf(digest).length === 0) this.images.delete(digest);
    return true;
  }
}

import { createHash } from "node:crypto";

/** What every mark of a live release begins with: no retention rule deletes an image that has such a tag. */
export const livePrefix = "live-";

/** The longest tag of a container image. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
const longestTag = 128;

/** The mark of a release's image: `live-<stack>`, a dot and the release's id. */
export function markOf(stack: string, release: string): string {
  const mark = `${livePrefix}${stack}.${release}`;
  return mark.length <= longestTag
    ? mark
    : `${mark.slice(0, longestTag - 9)}.${createHash("sha256").update(mark).digest("hex").slice(0, 8)}`;
}

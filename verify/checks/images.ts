import { type Verdict, failed, passed, unseen } from "../verdict";

/** The image of one release. */
export interface ImageFacts {
  readonly release: string;
  readonly image: string;
  /** Whether it exists; undefined where that cannot be seen. */
  readonly exists: boolean | undefined;
  /** Which rule deletes it now or with the next image, in words; undefined: none. */
  readonly deletedBy?: string | undefined;
  /** Why its existence, or what deletes it, cannot be seen. */
  readonly unseen?: string | undefined;
}

/** Judges whether every image in use exists and stays. */
export function judgeImages(facts: readonly ImageFacts[]): Verdict {
  const missing = facts.filter(({ exists }) => exists === false);
  if (missing.length > 0)
    return failed(
      missing.map(({ release, image }) => `${release}: no ${image}`).join("; "),
      "a new instance cannot start: bake the image again, or release another one",
    );
  const threatened = facts.filter(({ deletedBy }) => deletedBy !== undefined);
  if (threatened.length > 0)
    return failed(
      threatened
        .map(({ release, deletedBy = "" }) => `${release}: ${deletedBy} is about to delete its image`)
        .join("; "),
      "let the retention rule keep more images, or remove the rule, before the next image is made",
    );
  const hidden = facts.filter((one) => one.unseen !== undefined);
  if (hidden.length > 0) return unseen(hidden.map((one) => `${one.release}: ${one.unseen ?? ""}`).join("; "));
  return passed(`${facts.length} image(s), and no rule that deletes one`);
}

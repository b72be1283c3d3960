import { type Check, type Verdict, failed, passed, unseen } from "../verdict";

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

/** Who may use an image or the repository that has it. */
export interface PermissionFacts {
  /** The image, or its repository. */
  readonly name: string;
  /** Whether every account may. */
  readonly everybody: boolean;
}

/** Judges whether the images in use are closed to accounts that nobody has named. */
export function judgePermissions(facts: readonly PermissionFacts[]): Verdict {
  const open = facts.filter(({ everybody }) => everybody).map(({ name }) => name);
  return open.length > 0
    ? failed(`every account may use ${open.join(", ")}`, "remove that permission, and name the accounts that may")
    : passed(facts.map(({ name }) => name).join(", "));
}

/**
 * The check that the images in use are not public. `read` returns undefined for an image that is not this account's to
 * close, such as a vendor's.
 */
export function permissionCheck(
  images: readonly string[],
  read: (image: string) => Promise<PermissionFacts | undefined>,
): Check {
  const run = async () => {
    const facts = await Promise.all([...new Set(images)].map(read));
    const own = facts.filter((one) => one !== undefined);
    return own.length === 0 ? passed("none is in this account or its registry") : judgePermissions(own);
  };
  return { name: "images are not public", run };
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the recipe of a container image says of how its containers run. */
export interface RecipeUse {
  /** The user that the image names, if it is a number other than root's: `1000` or `1000:1000`. */
  readonly user: string | undefined;
  /** Whether `/tmp` is a volume: the image's own files need no other place to write to. */
  readonly isTmpVolume: boolean;
}

/**
 * Reads it from the Dockerfile of a recipe's base, in the project's folder `root`. Without that file it says nothing, and
 * the build fails with what is missing.
 */
export function recipeUse(folder: string, root: string): RecipeUse {
  const file = join(root, folder, "container/base/Dockerfile");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const user = lines.flatMap((line) => /^\s*USER\s+(\S+)\s*$/i.exec(line)?.[1] ?? []).at(-1);
  return {
    user: user !== undefined && /^[1-9]\d*(:\d+)?$/.test(user) ? user : undefined,
    isTmpVolume: lines.some((line) => /^\s*VOLUME\s+(\/tmp|\[\s*"\/tmp"\s*\])\s*$/i.test(line)),
  };
}

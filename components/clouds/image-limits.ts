import { type Problem, problemIf } from "../stack-file/problems";
import type { ValidFields } from "../stack-file/schema";

/** Refuses other accounts that may pull the image, where none can; `because` is a sentence that follows the field. */
export function refusePullableBy({ image }: ValidFields, because: string): Problem[] {
  const accounts = typeof image === "object" ? image.build?.pullableBy : undefined;
  return problemIf(accounts !== undefined, "not-supported", "image.build.pullableBy", because);
}

/** Why no other account can use a machine image that this program has baked, on either cloud. */
export const machineImagesStay =
  "is for containers on AWS: the machine image is encrypted with a key that no other account can use; bake it there too, from " +
  "the same recipe";

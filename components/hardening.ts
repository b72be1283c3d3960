import type { RecipeUse } from "./baking/image-user";
import type { Capabilities, Feature } from "./clouds/cloud";
import type { Hardening } from "./spec";
import type { ServiceConfig, ValidFields } from "./stack-file/schema";

/** The feature that a platform needs for each field of `hardening`. */
const features: Readonly<Record<keyof Hardening, Feature>> = {
  readOnlyRoot: "read-only root",
  user: "user",
  dropCapabilities: "dropped capabilities",
};

/** The fields of `hardening` that ask for something, with the feature that a platform needs for it. */
export function hardeningUses(given: NonNullable<ValidFields["hardening"]>) {
  return (Object.keys(features) as (keyof Hardening)[])
    .filter((field) => given[field] !== undefined && given[field] !== false)
    .map((field) => ({ field, feature: features[field] }));
}

/**
 * What a release's container must not do. What the stack file leaves open is as the recipe of an image that the stack bakes
 * says, as far as the platform offers it; other images are not known, so nothing is forbidden to them. Undefined:
 * nothing is.
 */
export function hardeningOf(
  given: ServiceConfig["hardening"],
  recipe: RecipeUse | undefined,
  capabilities: Capabilities,
): Hardening | undefined {
  const isOffered = (field: keyof Hardening) => capabilities[features[field]].offered;
  const byRecipe = {
    readOnlyRoot: recipe?.isTmpVolume === true && isOffered("readOnlyRoot"),
    user: isOffered("user") ? recipe?.user : undefined,
    dropCapabilities: recipe?.user !== undefined && isOffered("dropCapabilities"),
  };
  const readOnlyRoot = given.readOnlyRoot ?? byRecipe.readOnlyRoot;
  const user = given.user ?? byRecipe.user;
  const dropCapabilities = given.dropCapabilities ?? byRecipe.dropCapabilities;
  if (!readOnlyRoot && user === undefined && !dropCapabilities) return undefined;
  return { readOnlyRoot, user, dropCapabilities };
}

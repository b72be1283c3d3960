import { componentTypes } from "../components/component-types";
import type { Plan } from "../plan/contract";
import { PlanFailure } from "../plan/failure";
import type { StateResource } from "./targets";

/** An image of a stack. */
export interface BakedImage {
  readonly service: string;
  /** The recipe, 16 hexadecimal digits of its hash. */
  readonly recipe: string;
  /** A reference by digest, or a machine image's id; null where it was not baked. */
  readonly image: string | null;
}

/** Refuses a stack that bakes nothing. Throws a PlanFailure. */
export function checkBakes({ services, stack }: Plan): void {
  if (services.every(({ bake }) => bake === undefined))
    throw new PlanFailure(
      `nothing to bake: stack ${stack} names its image. image: { build: { from, artifact } } bakes one`,
    );
}

/** The images that a plan bakes, with their references from the stack's state. */
export function imagesOf({ services, resources }: Plan, state: readonly StateResource[]): BakedImage[] {
  return services.flatMap(({ name, bake }) => {
    if (bake === undefined) return [];
    const service = resources.find(
      (resource) => resource.type === componentTypes.service && resource.name === name,
    )?.urn;
    const component = resources.find(({ type, parent }) => type === componentTypes.image && parent === service)?.urn;
    const complete = resources
      .filter(({ role, parent }) => role === "image" && parent === component)
      .every(({ urn }) => state.some((existing) => existing.urn === urn));
    const image = complete ? state.find(({ urn }) => urn === component)?.outputs?.image : undefined;
    return [{ service: name, recipe: bake.recipe, image: typeof image === "string" ? image : null }];
  });
}

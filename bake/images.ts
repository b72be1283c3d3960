import { imageType } from "../plan/derive/bake";
import type { Plan } from "../plan/contract";
import { PlanFailure } from "../plan/failure";
import { encryptedStandIn } from "../plan/offline/stack-file";
import type { StateResource } from "./targets";

/** An image of a stack. */
export interface BakedImage {
  readonly service: string;
  /** The recipe, 16 hexadecimal digits of its hash. */
  readonly recipe: string;
  /** A reference by digest, or a machine image's id; null where it was not baked. */
  readonly image: string | null;
}

/** Refuses a stack that bakes nothing, or whose recipe cannot be read here. */
export function checkBakes({ services, stack }: Plan): void {
  const baked = services.filter(({ bake }) => bake !== undefined);
  if (baked.length === 0)
    throw new PlanFailure(
      `there is nothing to bake: stack ${stack} names its image. image: { build: { from, artifact } } bakes one`,
    );
  for (const { name, description } of baked) {
    if (JSON.stringify(description.service.build).includes(encryptedStandIn))
      throw new PlanFailure(
        `image.build of ${name} has an encrypted value: an image cannot keep a secret, as whoever has it can read its recipe; let the app get it by secrets`,
      );
  }
}

/** What the state that a bake has left knows of the images that a plan bakes. */
export function imagesOf({ services, resources }: Plan, state: readonly StateResource[]): BakedImage[] {
  return services.flatMap(({ name, bake }) => {
    if (bake === undefined) return [];
    const service = resources.find((resource) => resource.role === "service" && resource.name === name)?.urn;
    const component = resources.find(({ type, parent }) => type === imageType && parent === service)?.urn;
    const complete = resources
      .filter(({ role, parent }) => role === "image" && parent === component)
      .every(({ urn }) => state.some((there) => there.urn === urn));
    const image = complete ? state.find(({ urn }) => urn === component)?.outputs?.image : undefined;
    return [{ service: name, recipe: bake.recipe, image: typeof image === "string" ? image : null }];
  });
}

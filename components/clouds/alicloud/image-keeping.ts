import { imageKeeping } from "../image-keeping";
import { ImageMark } from "./image-mark";
import { ImageRetention } from "./image-retention";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

export const { markImage, imageRetention } = imageKeeping({
  ImageMark,
  ImageRetention,
  whereOf: ({ name, facts }: { readonly name: string; readonly facts: AlicloudFacts }) => ({
    region: facts.region,
    ecs: endpointOf(facts, "ecs"),
    scaling: endpointOf(facts, "ess"),
    registries: endpointOf(facts, "cr"),
    service: name,
  }),
});

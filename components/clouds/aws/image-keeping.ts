import { imageKeeping } from "../image-keeping";
import { ImageMark } from "./image-mark";
import { ImageRetention } from "./image-retention";

export const { markImage, imageRetention } = imageKeeping({
  ImageMark,
  ImageRetention,
  whereOf: ({ name, facts }) => ({ region: facts.region, service: name }),
});

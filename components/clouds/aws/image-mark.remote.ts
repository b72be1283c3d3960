import { type MarkInputs, marking } from "../image-marks.remote";
import { type ImageReference, images } from "./image-stores.remote";

/** The inputs of a mark. */
export interface Inputs extends MarkInputs, ImageReference {}

export const { create, update, delete: remove } = marking<Inputs>(images);
export { remove as delete };

import { type RetentionInputs, retaining } from "../image-marks.remote";
import { type ImageReference, images } from "./image-stores.remote";

/** The inputs of the retention rule. */
export interface Inputs extends RetentionInputs, ImageReference {}

export const { create, update } = retaining<Inputs>(images);

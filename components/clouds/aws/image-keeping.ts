import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { markOf } from "../image-marks";
import type { RetainImages } from "../image-retention";
import { ImageMark } from "./image-mark";
import { ImageRetention } from "./image-retention";

/**
 * Registers the mark of a release on its image, before anything that has the image. Returns the image too, as an output
 * that depends on the mark and that a preview knows wherever it knows the image.
 */
export function markImage(
  { name, parent, facts }: Context,
  release: string,
  image: pulumi.Input<string>,
): { readonly mark: ImageMark; readonly image: pulumi.Output<string> } {
  const mark = new ImageMark(
    `${name}-${release}-image-mark`,
    { ...whereOf({ name, facts }), image, tag: markOf(facts.stack, release) },
    { parent },
  );
  return { mark, image: pulumi.all([image, mark.urn]).apply(([reference]) => reference) };
}

/** The function of the port that registers the retention rule. */
export function imageRetention({ name, facts }: Context): RetainImages {
  return (rule, after, parent) => {
    new ImageRetention(
      `${name}-image-retention`,
      { ...whereOf({ name, facts }), ...rule },
      { parent, dependsOn: [...after] },
    );
  };
}

/** What every image of a service is found by. */
function whereOf({ name, facts }: Pick<Context, "name" | "facts">) {
  return { region: facts.region, service: name };
}

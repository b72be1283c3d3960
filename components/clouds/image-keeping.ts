import * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "./cloud";
import type { Context } from "./context";
import { markOf } from "./image-marks";
import type { RetainImages, RetentionRule } from "./image-retention";

/** A mark, as a release sets it. */
interface Mark {
  readonly image: pulumi.Input<string>;
  readonly tag: string;
}

/** The class of a cloud's resources whose inputs are `Args` and what images are found by. */
type ImageClass<Args, Where, Resource extends pulumi.Resource> = new (
  name: string,
  args: Args & Where,
  opts: pulumi.CustomResourceOptions,
) => Resource;

/** A cloud's classes, and what every image of a service is found by. */
interface ImageClasses<Facts extends StackFacts, Where, MarkResource extends pulumi.Resource> {
  readonly ImageMark: ImageClass<Mark, Where, MarkResource>;
  readonly ImageRetention: ImageClass<RetentionRule, Where, pulumi.Resource>;
  readonly whereOf: (context: Pick<Context<unknown, Facts>, "name" | "facts">) => Where;
}

/** What keeps the images of releases that run, with the classes of a cloud. */
export function imageKeeping<Facts extends StackFacts, Where, MarkResource extends pulumi.Resource>({
  ImageMark,
  ImageRetention,
  whereOf,
}: ImageClasses<Facts, Where, MarkResource>) {
  return {
    /**
     * Registers the mark of a release on its image, before anything that has the image. Returns the image too, as an
     * output that depends on the mark and that a preview knows wherever it knows the image.
     */
    markImage: (
      context: Context<unknown, Facts>,
      release: string,
      image: pulumi.Input<string>,
    ): { readonly mark: MarkResource; readonly image: pulumi.Output<string> } => {
      const { name, parent, facts } = context;
      const mark = new ImageMark(
        `${name}-${release}-image-mark`,
        { ...whereOf(context), image, tag: markOf(facts.stack, release) },
        { parent },
      );
      return { mark, image: pulumi.all([image, mark.urn]).apply(([reference]) => reference) };
    },

    /** The function of the port that registers the retention rule. */
    imageRetention:
      (context: Context<unknown, Facts>): RetainImages =>
      (rule, after, parent) => {
        new ImageRetention(
          `${context.name}-image-retention`,
          { ...whereOf(context), ...rule },
          { parent, dependsOn: [...after] },
        );
      },
  };
}

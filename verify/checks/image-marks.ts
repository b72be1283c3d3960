import type { Located } from "../../components/clouds/image-marks.remote";
import { type Subject, ofType, textOf } from "../subject";
import { type Check, type Verdict, failed, passed } from "../verdict";

/** The mark of one image in use. */
export interface MarkFacts {
  readonly image: string;
  /** The tag by which the retention rules of every stack know that the image may run. */
  readonly tag: string;
  /** Whether the image has it. */
  readonly marked: boolean;
}

/** Judges whether the images in use have the marks that spare them from the program's own retention rules. */
export function judgeMarks(facts: readonly MarkFacts[]): Verdict {
  const lost = facts.filter(({ marked }) => !marked);
  return lost.length > 0
    ? failed(
        lost.map(({ image, tag }) => `${image} has no tag ${tag}`).join("; "),
        "add the tag to the image: without it, the retention rule of any stack may delete it",
      )
    : passed(`${facts.length} image(s) with the mark of their release`);
}

/** The check of the marks, whose inputs `locate` takes as the state has them; none where the update could mark no image, such as one of another registry. */
export function markChecks({ resources }: Subject, locate: (inputs: never) => Promise<Located | undefined>): Check[] {
  const marks = ofType(resources, "ImageMark").filter(({ outputs }) => outputs?.marked === outputs?.tag);
  if (marks.length === 0) return [];
  const run = async () =>
    judgeMarks(
      await Promise.all(
        marks.map(async ({ inputs = {} }): Promise<MarkFacts> => {
          const [image, tag] = [textOf(inputs.image), textOf(inputs.tag)];
          const located = await locate(inputs as never);
          const found = await located?.store.find(located.id);
          return { image, tag, marked: found?.tags.includes(tag) === true };
        }),
      ),
    );
  return [{ name: "images in use are marked", run }];
}

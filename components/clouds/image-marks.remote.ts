/**
 * The tags by which the retention rules of every stack know which images may run. Each release marks its image before its
 * instances start, and removes its mark after its last instance. The mark names the stack and the release, so it is
 * never moved from one image to another: repositories with immutable tags allow it, and two releases never share one.
 */
import { now } from "../clock.remote";
import { messageOf } from "../error-message";
import type { Created, Updated } from "../remote";
import { livePrefix } from "./image-marks";

/** An image as a store has it. */
export interface StoredImage {
  /** The digest, or the machine image's id. */
  readonly id: string;
  /** The names of all tags. */
  readonly tags: readonly string[];
  /** The day, as `2026-11-26`, on which a release of a stack named it for the last time; undefined: not recorded. */
  readonly lastNamed: string | undefined;
}

/** Where images are stored: one repository of containers, or a region's machine images. */
export interface ImageStore {
  /** Looks an image up; undefined where this account has no such image. */
  find: (id: string) => Promise<StoredImage | undefined>;
  /** The images that this program has baked for the service. */
  list: () => Promise<readonly StoredImage[]>;
  /** Adds a tag to an image; a tag that it already has is no error. */
  mark: (image: StoredImage, tag: string) => Promise<void>;
  /** Removes a tag, which is not the image's last one; a tag that it does not have is no error. */
  unmark: (image: StoredImage, tag: string) => Promise<void>;
  /** Records the day in the place of another one. */
  setLastNamed: (image: StoredImage, day: string) => Promise<void>;
  /** Deletes an image that has these tags and no others. */
  delete: (image: StoredImage) => Promise<void>;
}

/** A store with the image that a reference names in it; undefined where this program cannot mark it. */
export interface Located {
  readonly store: ImageStore;
  readonly id: string;
}

/** A cloud's images: `locate` finds one with the inputs of a resource. */
export interface Images<Reference> {
  readonly locate: (reference: Reference) => Promise<Located | undefined>;
  /** Whether the credentials lack the right for a request. */
  readonly isForbidden: (error: unknown) => boolean;
}

/** The images of which one resource has one. */
type OwnImages = Images<void>;

/** The inputs of a mark. */
export interface MarkInputs {
  /** What the instances start from: a reference by digest, or a machine image's id. */
  readonly image: string;
  /** The mark, from `markOf`. */
  readonly tag: string;
}

/** The result of marking an image: the mark, or why there is none. */
async function mark({ locate, isForbidden }: OwnImages, { image, tag }: MarkInputs): Promise<string> {
  try {
    const located = await locate();
    if (located === undefined) return "not marked: no registry of this cloud's has it";
    const { store, id } = located;
    const found = await store.find(id);
    if (found === undefined) return "not marked: this account has no such image";
    await store.mark(found, tag);
    return tag;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    // Who may not tag an image can still run it: another team's image, or another account's.
    console.error(
      `${image} does not get the tag ${tag}, because these credentials may not tag it (${String(error)}): ` +
        "a retention rule (image.build.keep) of the stack that bakes it would not know that it is in use",
    );
    return "not marked: these credentials may not tag it";
  }
}

/** Removes a mark, and records the day: from it on, the retention rule counts. */
async function unmark({ locate, isForbidden }: OwnImages, tag: string): Promise<void> {
  try {
    const located = await locate();
    if (located === undefined) return;
    const { store, id } = located;
    const found = await store.find(id);
    if (found?.tags.includes(tag) !== true) return;
    // First: the last tag of a container image takes the image with it.
    await store.setLastNamed(found, today());
    await store.unmark(found, tag);
  } catch (error) {
    // What stays is a mark too many, which keeps an image.
    if (!isForbidden(error)) throw error;
  }
}

/** The inputs of a retention rule. */
export interface RetentionInputs {
  /** The image in use from now on, which is never deleted. */
  readonly image: string;
  /** How many days an image stays after a release of a stack named it for the last time. */
  readonly keep: number;
  /** The ids of the stack's releases: with others, the rule runs again. */
  readonly releases: readonly string[];
}

/** The outputs of a retention rule. */
export interface RetentionResult {
  /** What it deleted, or why it failed. */
  readonly result: string;
}

/** Applies a retention rule once. A failure is its result: one image too many is no reason to fail a release. */
async function retain({ locate }: OwnImages, { keep }: RetentionInputs): Promise<string> {
  try {
    const located = await locate();
    if (located === undefined) return "nothing to delete: no registry of this cloud's has the image";
    const deleted = await deleteUnnamed(located, keep);
    return deleted.length === 0 ? "nothing to delete" : `deleted ${deleted.join(", ")}`;
  } catch (error) {
    return `failed: ${messageOf(error)}`;
  }
}

async function deleteUnnamed({ store, id: current }: Located, keep: number): Promise<string[]> {
  const deleted: string[] = [];
  for (const image of await store.list()) {
    if (image.id === current || isLive(image)) continue;
    if (image.lastNamed === undefined) {
      // Baked and never released, or used by a stack whose program does not mark yet: its days begin now.
      await store.setLastNamed(image, today());
      continue;
    }
    if (!isOlder(image.lastNamed, keep)) continue;
    // Another stack may have marked it since it was listed.
    const again = await store.find(image.id);
    if (again === undefined || isLive(again) || again.lastNamed !== image.lastNamed) continue;
    await store.delete(again);
    deleted.push(image.id);
  }
  return deleted;
}

function isLive({ tags }: StoredImage): boolean {
  return tags.some((tag) => tag.startsWith(livePrefix));
}

/** Today in UTC, such as `2026-11-26`. */
export function today(): string {
  return new Date(now()).toISOString().slice(0, 10);
}

function isOlder(day: string, days: number): boolean {
  return now() - Date.parse(day) > days * 86_400_000;
}

/** The tag with a day of a container image, which has no tags with values: `last-named-20261126-` and 12 digits of it. */
const dayTag = /^last-named-(\d{4})(\d\d)(\d\d)-[0-9a-f]{12}$/;

/** The tag that records a day on a container image. A tag names one image of a repository, so it has part of the digest. */
export function dayTagOf(digest: string, day: string): string {
  return `last-named-${day.replaceAll("-", "")}-${digest.replace("sha256:", "").slice(0, 12)}`;
}

/** The tags of a container image that record days. */
export function dayTagsAmong(tags: readonly string[]): string[] {
  return tags.filter((tag) => dayTag.test(tag));
}

/** The latest day that a container image's tags record. */
export function lastDayAmong(tags: readonly string[]): string | undefined {
  return dayTagsAmong(tags)
    .map((tag) => tag.replace(dayTag, "$1-$2-$3"))
    .sort()
    .at(-1);
}

/** Whether an image's tags are those that this program gives to an app that it bakes: its recipe's hash. */
export function isBaked(tags: readonly string[]): boolean {
  return tags.some((tag) => /^[0-9a-f]{16}$/.test(tag));
}

function ownImages<Reference>({ locate, isForbidden }: Images<Reference>, reference: Reference): OwnImages {
  return { locate: () => locate(reference), isForbidden };
}

/** The functions of a mark's module. */
export function marking<Inputs extends MarkInputs>(images: Images<Pick<Inputs, keyof Inputs>>) {
  type Outputs = Inputs & { readonly marked: string };
  const recorded = (outputs: Partial<Outputs>): outputs is Outputs =>
    outputs.image !== undefined && outputs.tag !== undefined;
  return {
    create: async (inputs: Inputs): Promise<Created<Outputs>> => ({
      id: inputs.tag,
      outs: { ...inputs, marked: await mark(ownImages(images, inputs), inputs) },
    }),
    /** The image of a release was baked again: the new one is marked before the other loses its mark. */
    update: async (_id: string, before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> => {
      const outs = { ...inputs, marked: await mark(ownImages(images, inputs), inputs) };
      if (recorded(before) && before.image !== inputs.image) await unmark(ownImages(images, before), before.tag);
      return { outs };
    },
    delete: async (_id: string, outputs: Partial<Outputs>): Promise<void> => {
      if (recorded(outputs)) await unmark(ownImages(images, outputs), outputs.tag);
    },
  };
}

/** The functions of a retention rule's module. */
export function retaining<Inputs extends RetentionInputs>(images: Images<Pick<Inputs, keyof Inputs>>) {
  type Outputs = Inputs & RetentionResult;
  const apply = async (inputs: Inputs): Promise<Outputs> => ({
    ...inputs,
    result: await retain(ownImages(images, inputs), inputs),
  });
  return {
    create: async (inputs: Inputs): Promise<Created<Outputs>> => ({
      id: "image-retention",
      outs: await apply(inputs),
    }),
    update: async (_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> => ({
      outs: await apply(inputs),
    }),
  };
}

import { join } from "node:path";
import { recipePaths } from "../../components/baking/build";
import type { ImageBuild } from "../../components/spec";
import { omit } from "../../components/stack-file/values";
import { recipeFiles, recipeTag } from "../../components/baking/recipe";
import type { Description } from "../../components/service";
import type { Bake, PlannedResource, ServicePlan } from "../contract";
import { type Change, changeInWords, changesBetween } from "./differences";
import { duration, shortImage } from "../render/words";

/** The component below which everything is that bakes an image. */
export const imageType = "immutable:service:Image";

/** What becomes of a service's image from one plan to another. */
export interface ImageChange {
  /** `same`: its recipe is the one from before, so there is nothing to bake; `comes`: there was no recipe before; `goes`: it is no longer baked in this stack. */
  readonly fate: "same" | "changed" | "comes" | "goes";
  /** The recipe, 16 hexadecimal digits, before and after; undefined where there is none. */
  readonly recipeBefore: string | undefined;
  readonly recipeAfter: string | undefined;
  /** What of the recipe changed; files and folders with their hashes. Empty where there is no recipe before or after. */
  readonly changes: readonly Change[];
  /** The paths among `changes` that are files or folders. */
  readonly files: readonly string[];
}

/** What a service's image is baked from, as its component registered it; undefined for a service that names its image. Without `root` its files are not looked at. */
export function bakeOf(
  { service }: Description,
  urn: string,
  resources: readonly PlannedResource[],
  root?: string,
): Bake | undefined {
  const image = resources.find(({ type, parent }) => type === imageType && parent === urn);
  if (service.build === undefined || image === undefined) return undefined;
  const {
    tag,
    recipe: { from, artifact },
  } = service.build;
  return {
    recipe: tag,
    from,
    artifact,
    files: root === undefined ? {} : filesOf(service.build, service.compute, root),
    atMost: Number(image.inputs.bakeMinutes) * 60,
  };
}

/** The hash of each part of a recipe that is files, by its path from the project's folder: from two of them it can be told which part changed. */
function filesOf(
  { recipe: { folder, artifact } }: ImageBuild,
  compute: Description["service"]["compute"],
  root: string,
): Record<string, string> {
  const hashed = (path: string) => recipeTag({ base: "", platform: "" }, recipeFiles({ root, paths: [path] }));
  const all: readonly string[] = compute === "vm" ? recipePaths.vm : [...recipePaths.base, ...recipePaths.app];
  // A file that has to be there stands beside the folder that it is in.
  const parts = all.filter((part) => !all.some((other) => part.startsWith(`${other}/`)));
  return Object.fromEntries(
    [...parts.map((part) => join(folder, part).replaceAll("\\", "/")), artifact].map((path) => [path, hashed(path)]),
  );
}

/** The lines that tell of a bake. */
export function bakeInWords({ recipe, from, artifact, atMost }: Bake): string[] {
  return [
    `recipe ${recipe}: ${artifact} on ${shortImage(from)}`,
    `baked unless one of this recipe is there already, which takes ${duration(atMost)} at most`,
  ];
}

/** What becomes of the image; undefined for a service that names its image before and after. */
export function imageChange(before: ServicePlan | undefined, after: ServicePlan | undefined): ImageChange | undefined {
  const [recipeBefore, recipeAfter] = [before?.bake?.recipe, after?.bake?.recipe];
  const told = { recipeBefore, recipeAfter };
  if (recipeAfter === undefined)
    return recipeBefore === undefined ? undefined : { fate: "goes", ...told, changes: [], files: [] };
  if (recipeBefore === undefined) return { fate: "comes", ...told, changes: [], files: [] };
  if (recipeBefore === recipeAfter) return { fate: "same", ...told, changes: [], files: [] };
  const files = changesBetween(before?.bake?.files ?? {}, after?.bake?.files ?? {});
  const changes = [...changesBetween(recipeIn(before), recipeIn(after)), ...files];
  return { fate: "changed", ...told, changes, files: files.map(({ path }) => path) };
}

/** What a recipe has beside its files. */
function recipeIn(plan: ServicePlan | undefined): object {
  const recipe = plan?.description.service.build?.recipe;
  return recipe === undefined ? {} : omit(recipe, ["folder", "artifact"]);
}

/** What becomes of the image, in one line. */
export function imageInWords({ fate, recipeBefore = "", recipeAfter = "", changes, files }: ImageChange): string {
  if (fate === "same") return "same recipe, nothing to bake";
  if (fate === "goes") return `no longer baked here; the image of recipe ${recipeBefore} stays in the cloud`;
  if (fate === "comes") return `recipe ${recipeAfter} comes: baked unless one of this recipe is there already`;
  const words = changes.map((change) =>
    files.includes(change.path)
      ? `${change.path} ${change.before === undefined ? "comes" : change.after === undefined ? "goes" : "differs"}`
      : changeInWords(change),
  );
  return `recipe changed: ${[...words, `${recipeBefore} → ${recipeAfter}`].join("; ")}`;
}

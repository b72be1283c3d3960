import { join } from "node:path";
import { recipePathsOf } from "../../components/baking/build";
import { recipeFiles, recipeTag } from "../../components/baking/recipe";
import type { Compute, ImageBuild } from "../../components/spec";
import { omit } from "../../components/stack-file/values";
import type { Bake, Description, ImageChange, ServicePlan } from "../contract";
import { differencesBetween } from "./differences";

/**
 * What a service's image is baked from; undefined for a service that names its image. `bakeMinutes` is the platform's.
 * Without the project's folder as `root`, the recipe's files are not read.
 */
export function bakeOf({ service }: Description, bakeMinutes: number, root?: string): Bake | undefined {
  const { build, compute } = service;
  if (build === undefined) return undefined;
  return {
    recipe: build.tag,
    from: build.recipe.from,
    artifact: build.recipe.artifact,
    files: root === undefined ? {} : filesOf(build.recipe, compute, root),
    maxSeconds: bakeMinutes * 60,
  };
}

/** The hash of each file and folder of a recipe, by its path from the project's folder. */
function filesOf(
  { folder, artifact }: Pick<ImageBuild["recipe"], "folder" | "artifact">,
  compute: Compute,
  root: string,
): Record<string, string> {
  const hashed = (path: string) => recipeTag({ base: "", platform: "" }, recipeFiles({ root, paths: [path] }));
  const all = recipePathsOf[compute];
  // A required file may also be listed beside the folder that contains it.
  const parts = all.filter((part) => !all.some((other) => part.startsWith(`${other}/`)));
  return Object.fromEntries(
    [...parts.map((part) => join(folder, part).replaceAll("\\", "/")), artifact].map((path) => [path, hashed(path)]),
  );
}

/** What changes in a service's image; undefined where neither plan bakes one. */
export function imageChange(before: ServicePlan | undefined, after: ServicePlan | undefined): ImageChange | undefined {
  const [recipeBefore, recipeAfter] = [before?.bake?.recipe, after?.bake?.recipe];
  const recipes = { recipeBefore, recipeAfter, differences: [], files: [] };
  if (recipeAfter === undefined) return recipeBefore === undefined ? undefined : { change: "removed", ...recipes };
  if (recipeBefore === undefined) return { change: "added", ...recipes };
  if (recipeBefore === recipeAfter) return { change: "unchanged", ...recipes };
  const files = differencesBetween(before?.bake?.files ?? {}, after?.bake?.files ?? {});
  return {
    change: "changed",
    recipeBefore,
    recipeAfter,
    differences: [...differencesBetween(settingsOf(before), settingsOf(after)), ...files],
    files: files.map(({ path }) => path),
  };
}

/** What a recipe has besides its files. */
function settingsOf(plan: ServicePlan | undefined): object {
  const recipe = plan?.description.service.build?.recipe;
  return recipe === undefined ? {} : omit(recipe, ["folder", "artifact"]);
}

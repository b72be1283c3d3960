import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Problem, problemIf } from "../stack-file/problems";
import type { BuildConfig, Compute, ServiceConfig, ValidFields } from "../stack-file/schema";
import type { ImageBuild } from "../spec";
import { assertNever } from "../stack-file/values";
import { recipeFiles, recipeTag } from "./recipe";

/** The files and folders below the recipe's folder that an image is made from, and that its hash is of. */
export const recipePaths = {
  /** The container's base: changes rarely. */
  base: ["container/base", "versions.json"],
  /** The container's app layer, beside the artifact. */
  app: ["container/app"],
  /** The machine image, beside the artifact. */
  vm: ["ansible", "ansible/site.yml", "ansible/test.sh", "container/base/conf", "container/base/bin", "versions.json"],
} as const;

/** The same for the image of each compute. */
export const recipePathsOf: Readonly<Record<Compute, readonly string[]>> = {
  container: [...recipePaths.base, ...recipePaths.app],
  vm: recipePaths.vm,
};

/**
 * Finds the files that do not exist of an image that the stack bakes, below the project's folder `root`. Reads the
 * disk.
 */
export function checkRecipeFiles(service: ValidFields, root: string): Problem[] {
  const { image, compute } = service;
  if (typeof image !== "object") return [];
  const { folder, artifact } = image.build ?? {};
  const wanted = compute === undefined ? [] : recipePathsOf[compute];
  const missing = folder === undefined ? [] : wanted.filter((part) => !existsSync(join(root, folder, part)));
  return [
    ...problemIf(
      missing.length > 0,
      "missing-file",
      "image.build.folder",
      `must be a folder with ${wanted.join(", ")}; ${folder ?? ""} lacks ${missing.join(", ")}`,
    ),
    ...problemIf(
      artifact !== undefined && !isFile(join(root, artifact)),
      "missing-file",
      "image.build.artifact",
      `does not exist: build ${artifact ?? ""} first (in the example: mvn -f images/app/pom.xml package), or ` +
        "give an image that was built elsewhere",
    ),
    ...(compute === "vm" ? checkBaseArguments(service, root) : []),
  ];
}

/** What a machine image of the example's recipe gets only by an argument, and what needs it. */
const baseArguments = {
  base_for_secrets: {
    neededFor: "secrets",
    isNeeded: ({ secrets = {} }: ValidFields) => Object.keys(secrets).length > 0,
  },
  base_for_share: { neededFor: "files.share", isNeeded: ({ files }: ValidFields) => files?.share !== undefined },
} as const;

/** Checks that a recipe with such an argument gets it: without it, instances would fail only at their start. */
function checkBaseArguments(service: ValidFields, root: string): Problem[] {
  const { folder, arguments: given = {} } = (typeof service.image === "object" ? service.image.build : undefined) ?? {};
  const defaults = folder === undefined ? "" : join(root, folder, "ansible/roles/base/defaults/main.yml");
  if (!isFile(defaults)) return [];
  const text = readFileSync(defaults, "utf8");
  return Object.entries(baseArguments).flatMap(([name, { neededFor, isNeeded }]) =>
    problemIf(
      isNeeded(service) && text.includes(`${name}: false`) && given[name] !== "true",
      "missing",
      `image.build.arguments.${name}`,
      `is missing: give "true", because the service has ${neededFor}, for which the image lacks the tools without it`,
    ),
  );
}

/** The versions that a recipe pins, under the names of Docker's build arguments: `tomcat_version` is TOMCAT_VERSION. */
export function versionsOf(folder: string, root: string): Record<string, string> {
  const versions = JSON.parse(readFileSync(join(root, folder, "versions.json"), "utf8")) as Record<string, string>;
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name.toUpperCase(), version]));
}

function isFile(path: string): boolean {
  return existsSync(path) && lstatSync(path).isFile();
}

/** What an image is baked for. */
export type BuildTarget = Pick<ServiceConfig, "compute" | "architecture"> & {
  /** Alibaba Cloud: the registry's instance in which the stack creates the repository. */
  readonly registry?: string | undefined;
};

/**
 * Names an image by its recipe. Reads the recipe's files from the disk; `checkRecipeFiles` has found that they exist.
 */
export function readBuild(
  build: BuildConfig,
  { compute, architecture, registry }: BuildTarget,
  root: string,
): ImageBuild {
  const { revision, source, repository, keep, pullableBy = [], folder, artifact, from, arguments: args } = build;
  const platform = architecture === "arm64" ? "linux/arm64" : "linux/amd64";
  const recipe = { folder, artifact, from, platform, arguments: args } as const;
  const { base, app } = tagsOf(recipe, compute, root);
  return {
    tag: app,
    baseTag: base,
    recipe,
    labels: { revision, source },
    target: { repository, registry, keep, pullableBy },
  };
}

/** The tags of the base and of the whole image; a machine image has one for both. */
function tagsOf(
  { folder, artifact, from, platform, arguments: args }: ImageBuild["recipe"],
  compute: Compute,
  root: string,
): { readonly base: string; readonly app: string } {
  const inFolder = (paths: readonly string[]) => recipeFiles({ root: join(root, folder), paths });
  // Under a fixed name: where the artifact is changes nothing.
  const artifacts = recipeFiles({ root, paths: [artifact] }).map((file) => ({ ...file, path: "artifact" }));
  switch (compute) {
    case "vm": {
      const tag = recipeTag({ base: from, args, platform }, [...inFolder(recipePaths.vm), ...artifacts]);
      return { base: tag, app: tag };
    }
    case "container": {
      const base = recipeTag({ base: from, args, platform }, inFolder(recipePaths.base));
      return { base, app: recipeTag({ base, platform }, [...inFolder(recipePaths.app), ...artifacts]) };
    }
    default:
      return assertNever(compute);
  }
}

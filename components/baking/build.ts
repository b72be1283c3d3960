import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../stack-file/problems";
import { hashOf, recipeFiles, recipeTag } from "./recipe";
import type { WrittenBuild } from "../stack-file/schema";
import type { Compute, ImageBuild, InstanceSpec } from "../spec";

/** What of the recipe's folder an image is made from, and is hashed. */
export const recipePaths = {
  /** The container's base: changes rarely. */
  base: ["container/base", "versions.json"],
  /** The container's app layer; the artifact comes to it. */
  app: ["container/app"],
  /** The machine image; the artifact comes to it. */
  vm: ["ansible", "ansible/site.yml", "ansible/test.sh", "container/base/conf", "container/base/bin", "versions.json"],
} as const;

/** The project's folder, from which a build's paths are told. */
export const projectFolder = join(__dirname, "../..");

/** What a release's image is called while only its recipe is known. */
export function imageOfRecipe({ tag }: ImageBuild): string {
  return `recipe:${tag}`;
}

/** Finds what is wrong with a build: what it names and is not there. */
export function checkBuild(
  build: WrittenBuild,
  compute: Compute | undefined,
  path = "image.build",
  root = projectFolder,
): Problem[] {
  const wanted = compute === "vm" ? recipePaths.vm : [...recipePaths.base, ...recipePaths.app];
  const missing = wanted.filter((part) => !existsSync(join(root, build.folder, part)));
  return [
    ...(compute !== undefined && missing.length > 0
      ? [
          {
            path: `${path}.folder`,
            message: `must be a folder with ${wanted.join(", ")}; ${build.folder} is without ${missing.join(", ")}`,
          },
        ]
      : []),
    ...(isFile(join(root, build.artifact))
      ? []
      : [
          {
            path: `${path}.artifact`,
            message: `is not there: build ${build.artifact} first (the example's: mvn -f images/app/pom.xml package), or give an image that was built elsewhere`,
          },
        ]),
    ...(["repository", "registry"] as const).flatMap((field) =>
      compute === "vm" && build[field] !== undefined
        ? [
            {
              path: `${path}.${field}`,
              message: "is for containers only: a machine image has no registry; leave it out",
            },
          ]
        : [],
    ),
  ];
}

/** The versions that a recipe pins, under the names of Docker's build arguments: `tomcat_version` is TOMCAT_VERSION. */
export function versionsOf(folder: string, root = projectFolder): Record<string, string> {
  const versions = JSON.parse(readFileSync(join(root, folder, "versions.json"), "utf8")) as Record<string, string>;
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name.toUpperCase(), version]));
}

function isFile(path: string): boolean {
  return existsSync(path) && lstatSync(path).isFile();
}

/** Hashes a build's recipe. Reads its files; that they are there has been checked. */
export function imageBuild(
  build: WrittenBuild,
  from: string,
  compute: Compute,
  architecture: InstanceSpec["architecture"],
  root = projectFolder,
): ImageBuild {
  const { folder, artifact, arguments: args, revision, source, registry, keep } = build;
  // One per cloud has become the chosen cloud's before this.
  const repository = typeof build.repository === "string" ? build.repository : undefined;
  const platform = architecture === "arm64" ? "linux/arm64" : "linux/amd64";
  const inFolder = (paths: readonly string[]) => recipeFiles({ root: join(root, folder), paths });
  // Under a name of its own: where the artifact lies changes nothing.
  const artifacts = recipeFiles({ root, paths: [artifact] }).map((file) => ({ ...file, path: "artifact" }));
  const settled = {
    folder,
    artifact,
    from,
    platform,
    arguments: args,
    revision,
    source,
    repository,
    registry,
    keep,
  } as const;
  if (compute === "vm") {
    const tag = recipeTag(hashOf({ base: from, args, platform }, [...inFolder(recipePaths.vm), ...artifacts]));
    return { ...settled, tag, baseTag: tag };
  }
  const baseTag = recipeTag(hashOf({ base: from, args, platform }, inFolder(recipePaths.base)));
  return {
    ...settled,
    tag: recipeTag(hashOf({ base: baseTag, platform }, [...inFolder(recipePaths.app), ...artifacts])),
    baseTag,
  };
}

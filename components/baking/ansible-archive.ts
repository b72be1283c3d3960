import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { create } from "tar";
import { projectFolder, recipePaths } from "./build";
import type { ImageBuild } from "../spec";
import { type RecipeFile, recipeFiles, withUnixLineEndings } from "./recipe";

/** Everything that makes a machine image of a base, as one file. */
export interface AnsibleArchive {
  /** The SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** Where it lies on this machine; the same bytes always have the same path. */
  readonly path: string;
  /** What it is called in a bucket: by its hash, so that another one never takes its place. */
  readonly objectKey: string;
}

/** What stands in the archive beside the recipe's own folder; each path from the archive's root. */
export const inArchive = {
  /** The playbook's folder; with its `ansible.cfg` it is where `ansible-playbook site.yml` runs. */
  playbooks: "ansible",
  /** The image's test, for a shell. */
  test: "ansible/test.sh",
  /** The artifact, where the role `app` looks for it. */
  artifact: "app/target/bookstore.war",
  /** The build's arguments and the recipe's tag, as variables: `--extra-vars @arguments.json`. */
  arguments: "arguments.json",
} as const;

/**
 * Packs the whole Ansible tree, what it takes from the container's base, the artifact and the build's arguments. Equal
 * recipes give equal bytes on every machine: files in the order of their names, no times, no owners, the line endings of
 * Unix. For that it is a plain tar too: what a compressor writes differs from one version to the next, and the artifact,
 * nearly all of it, is compressed already.
 */
export function ansibleArchive(build: ImageBuild, root = projectFolder): AnsibleArchive {
  const [artifact] = recipeFiles({ root, paths: [build.recipe.artifact] });
  if (artifact === undefined)
    throw new Error(`${build.recipe.artifact} is not there: an image's build has to be checked before it is packed`);
  const files: RecipeFile[] = [
    ...recipeFiles({ root: join(root, build.recipe.folder), paths: recipePaths.vm }),
    { ...artifact, path: inArchive.artifact },
    // The tag makes the archive change whenever the recipe does, in its base or platform too; the image keeps it.
    {
      path: inArchive.arguments,
      kind: "file",
      content: Buffer.from(
        JSON.stringify(
          Object.fromEntries(Object.entries({ ...build.recipe.arguments, app_recipe: build.tag }).sort()),
          undefined,
          2,
        ),
      ),
    },
  ];
  const bytes = packed(files);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const path = kept(bytes, sha256);
  return { sha256, path, objectKey: `${sha256}.tar` };
}

function packed(files: readonly RecipeFile[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "immutable-service-"));
  try {
    for (const { path, kind, content } of files) {
      const target = join(folder, "tree", path);
      mkdirSync(dirname(target), { recursive: true });
      if (kind === "link") {
        symlinkSync(content.toString(), target);
        continue;
      }
      writeFileSync(target, withUnixLineEndings(content));
      // By itself: when a file is made, the machine's mask takes permissions away.
      chmodSync(target, kind === "program" ? 0o755 : 0o644);
    }
    const archive = join(folder, "archive.tar");
    const names = files.map(({ path }) => path).sort((a, b) => (a < b ? -1 : 1));
    create({ sync: true, file: archive, cwd: join(folder, "tree"), portable: true, mtime: new Date(0) }, names);
    return readFileSync(archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Keeps a file under its hash, so that a second preview names the same one. A file that is there counts only if it has the very bytes. */
function kept(bytes: Buffer, sha256: string): string {
  const folder = join(tmpdir(), `immutable-service-${userInfo().username}`);
  const path = join(folder, `${sha256}.tar`);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, bytes, { mode: 0o600 });
  renameSync(unfinished, path);
  return path;
}

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
import { recipePaths } from "./build";
import type { ImageBuild } from "../spec";
import { type RecipeFile, recipeFiles, withUnixLineEndings } from "./recipe";

/** Everything that turns a base into a machine image, as one file. */
export interface AnsibleArchive {
  /** The SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** Its path on this machine. The same bytes always have the same path. */
  readonly path: string;
  /** Its key in a bucket: its hash, so that no other archive ever replaces it. */
  readonly objectKey: string;
}

/** Paths in the archive, relative to its root, besides those of the recipe's folder. */
export const inArchive = {
  /** The folder of the playbook and of `ansible.cfg`, in which `ansible-playbook site.yml` runs. */
  playbooks: "ansible",
  /** The image's test, a shell script. */
  test: "ansible/test.sh",
  /** The artifact, where the role `app` expects it. */
  artifact: "app/target/bookstore.war",
  /** The build's arguments and the recipe's tag, as variables: `--extra-vars @arguments.json`. */
  arguments: "arguments.json",
} as const;

/**
 * Packs the Ansible tree, the files of the container's base that it uses, the artifact and the build's arguments. Equal
 * recipes give equal bytes on every machine: files are sorted, without times and owners, and text has Unix line
 * endings. For the same reason the tar is not compressed: compressors write other bytes from one version to the next,
 * and the artifact, nearly all of the archive, is compressed already.
 */
export function ansibleArchive(build: ImageBuild, root: string): AnsibleArchive {
  const [artifact] = recipeFiles({ root, paths: [build.recipe.artifact] });
  if (artifact === undefined)
    throw new Error(`${build.recipe.artifact} does not exist: an image's build has to be checked before it is packed`);
  const files: RecipeFile[] = [
    ...recipeFiles({ root: join(root, build.recipe.folder), paths: recipePaths.vm }),
    { ...artifact, path: inArchive.artifact },
    // With the tag, the archive changes whenever the recipe does, even its base or platform. The image keeps the tag.
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
  const bytes = pack(files);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const path = store(bytes, sha256);
  return { sha256, path, objectKey: `${sha256}.tar` };
}

function pack(files: readonly RecipeFile[]): Buffer {
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
      // In a separate call, because at a file's creation the machine's umask removes permissions.
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

/** Stores an archive under its hash, so that the next preview has the same path. Replaces a file with other bytes. */
function store(bytes: Buffer, sha256: string): string {
  const folder = join(tmpdir(), `immutable-service-${userInfo().username}`);
  const path = join(folder, `${sha256}.tar`);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, bytes, { mode: 0o600 });
  renameSync(unfinished, path);
  return path;
}

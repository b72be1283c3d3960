/**
 * The hash of an image's recipe, which names the image: equal recipes give equal images, so an existing image need not
 * be built again.
 *
 * It depends on the path of each file (with `/`, relative to the root), its content, whether it is executable, and
 * where a link points; and on the base, the arguments and the platform. It does not depend on times, owners and other
 * permissions (git keeps none of them, so they differ between checkouts), on the order in which a file system lists
 * files, on empty folders, or on the line endings of text.
 */
import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, posix } from "node:path";

/** What an image is made from, besides its files. */
export interface RecipeInputs {
  /** The image that this one starts from: a digest or an id, never a moving tag. */
  readonly base: string;
  /** Build arguments, or Ansible's variables. Default: none. */
  readonly args?: Readonly<Record<string, string>>;
  /** Such as `linux/amd64`. */
  readonly platform: string;
}

/** One file of a recipe. */
export interface RecipeFile {
  readonly path: string;
  readonly kind: "file" | "program" | "link";
  /** The bytes of a file, or the target of a link. */
  readonly content: Buffer;
}

/**
 * Reads the files of a recipe. `paths` are files, and folders with everything in them, relative to `root`. Each file is
 * read once, whatever the order and the overlap of the paths.
 */
export function recipeFiles({ root, paths }: { root: string; paths: readonly string[] }): RecipeFile[] {
  const files = new Map<string, RecipeFile>();
  const add = (path: string): void => {
    if (files.has(path)) return;
    const full = join(root, path);
    const stats = lstatSync(full);
    // A link counts as itself: its target counts if it is in the recipe too, and need not exist on this machine.
    if (stats.isSymbolicLink())
      files.set(path, { path, kind: "link", content: Buffer.from(readlinkSync(full).replaceAll("\\", "/")) });
    else if (stats.isDirectory()) for (const name of readdirSync(full)) add(posix.join(path, name));
    else if (stats.isFile())
      files.set(path, { path, kind: stats.mode & 0o100 ? "program" : "file", content: readFileSync(full) });
    else throw new Error(`${full} is neither a file, a folder nor a link: a recipe cannot have it`);
  };
  for (const path of paths) add(posix.normalize(path.replaceAll("\\", "/")));
  return [...files.values()];
}

/** The name of an image with this recipe, for tags and image names: the first 16 hexadecimal digits of its SHA-256. */
export function recipeTag({ base, args = {}, platform }: RecipeInputs, files: readonly RecipeFile[]): string {
  const hash = createHash("sha256");
  // The version of this algorithm: another one must not give the name of an old recipe to a new one.
  field(hash, "immutable-service recipe 1");
  field(hash, base);
  field(hash, platform);
  for (const [name, value] of sorted(Object.entries(args), ([name]) => name)) {
    field(hash, "argument");
    field(hash, name);
    field(hash, value);
  }
  for (const { path, kind, content } of sorted(files, (file) => file.path)) {
    field(hash, kind);
    field(hash, path);
    field(hash, kind === "link" ? content : withUnixLineEndings(content));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Hashes a field with its length: without it, `ab` and `c` would equal `a` and `bc`. */
function field(hash: Hash, value: string | Buffer): void {
  hash.update(`${Buffer.byteLength(value)}:`).update(value);
}

const lineFeed = 10;
const carriageReturn = 13;

/**
 * Text without the carriage returns that git adds on Windows; binary content unchanged. Like git, takes content for
 * binary if one of its first 8000 bytes is zero.
 */
export function withUnixLineEndings(content: Buffer): Buffer {
  // Most files have no carriage return, and searching is far cheaper than copying.
  if (!content.includes(carriageReturn) || content.subarray(0, 8000).includes(0)) return content;
  const kept = Buffer.allocUnsafe(content.length);
  let length = 0;
  for (let index = 0; index < content.length; index++) {
    const byte = content[index] ?? 0;
    if (byte === carriageReturn && content[index + 1] === lineFeed) continue;
    kept[length++] = byte;
  }
  return kept.subarray(0, length);
}

/** Sorts by code units, because the order must not depend on the machine's locale. */
function sorted<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

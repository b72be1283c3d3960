/**
 * The hash of an image's recipe, which names the image: equal recipes give equal images, so an image that is already there
 * need not be built again. Pure but for reading files.
 *
 * What counts: each file's path (with `/`, from the root), its content, whether it can be executed, where a link points;
 * the base, the arguments, the platform.
 * What does not: times, owners, other permissions (git keeps none of them, so they differ between two checkouts), the
 * order in which a file system lists its files, empty folders, and the line endings of text.
 */
import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What an image is made from. */
export interface Recipe {
  /** The folder under which `paths` are. */
  readonly root: string;
  /** Files, and folders with everything in them, relative to `root`. Default: all of it. */
  readonly paths?: readonly string[];
  /** What to leave out, by its path from `root`, with `/`: build output, files that git does not know. */
  readonly leaveOut?: (path: string) => boolean;
  /** The image that this one starts from: a digest or an id, never a tag that moves. */
  readonly base: string;
  /** Build arguments, or Ansible's variables. */
  readonly args?: Readonly<Record<string, string>>;
  /** Such as `linux/amd64`. */
  readonly platform: string;
}

/** One file of a recipe. */
export interface RecipeFile {
  readonly path: string;
  readonly kind: "file" | "program" | "link";
  /** A file's bytes; a link's target. */
  readonly content: Buffer;
}

/** The SHA-256 of a recipe, in hexadecimal. */
export function recipeHash(recipe: Recipe): string {
  return hashOf(recipe, recipeFiles(recipe));
}

/** As many digits as a tag or an image's name needs. */
export function recipeTag(hash: string): string {
  return hash.slice(0, 16);
}

/** Reads the files of a recipe, each once, whatever the order and the overlap of its paths. */
export function recipeFiles({
  root,
  paths = ["."],
  leaveOut = () => false,
}: Pick<Recipe, "root" | "paths" | "leaveOut">): RecipeFile[] {
  const files = new Map<string, RecipeFile>();
  const add = (path: string): void => {
    if (files.has(path) || (path !== "" && leaveOut(path))) return;
    const full = join(root, path);
    const facts = lstatSync(full);
    // A link stands for itself: what it points to counts where it is in the recipe, and need not exist here at all.
    if (facts.isSymbolicLink())
      files.set(path, { path, kind: "link", content: Buffer.from(readlinkSync(full).replaceAll("\\", "/")) });
    else if (facts.isDirectory()) for (const name of readdirSync(full)) add(path === "" ? name : `${path}/${name}`);
    else if (facts.isFile())
      files.set(path, { path, kind: facts.mode & 0o100 ? "program" : "file", content: readFileSync(full) });
    else throw new Error(`${full} is neither a file, a folder nor a link: a recipe cannot have it`);
  };
  for (const path of paths)
    add(
      path
        .replaceAll("\\", "/")
        .replace(/^\.\/|\/$/g, "")
        .replace(/^\.$/, ""),
    );
  return [...files.values()];
}

/** The pure part of `recipeHash`. */
export function hashOf(
  { base, args = {}, platform }: Pick<Recipe, "base" | "args" | "platform">,
  files: readonly RecipeFile[],
): string {
  const hash = createHash("sha256");
  // The version of this way of hashing: a better one must not give an old recipe's name to a new one.
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
  return hash.digest("hex");
}

/** Each field comes with its length: otherwise `ab` and `c` would be `a` and `bc`. */
function field(hash: Hash, value: string | Buffer): void {
  hash.update(`${Buffer.byteLength(value)}:`).update(value);
}

const lineFeed = 10;
const carriageReturn = 13;

/** Text without the carriage returns that git adds on Windows. Binary, as git tells it: there is a zero among the first 8000 bytes. */
export function withUnixLineEndings(content: Buffer): Buffer {
  // Most files have none, and a search is far cheaper than a copy.
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

/** By code units, not by the machine's language. */
function sorted<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

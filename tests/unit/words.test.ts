/** The language of the repository is plain technical English: code and documents report, print, show and set. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/** How many times are too many: a few are legitimate, such as in the rule itself. */
const limit = 10;
/** The words to avoid, put together so that this file does not count. */
const avoided = new RegExp(`\\b(${["t" + "old", "t" + "ell", "t" + "ells", "t" + "elling"].join("|")})\\b`, "gi");

describe("the words", () => {
  it(`report and show: ${avoided.source} occurs fewer than ${String(limit)} times`, () => {
    const files = sources();
    assert.ok(files.length > 100, `only ${String(files.length)} files were found`);
    const places = files.flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .flatMap((line, index) => line.match(avoided)?.map(() => `${file}:${String(index + 1)}: ${line.trim()}`) ?? []),
    );
    assert.ok(places.length < limit, `${String(places.length)} times:\n${places.join("\n")}`);
  });
});

/** The TypeScript and Markdown files that git tracks; without git, those outside the folders that it would ignore. */
function sources(): string[] {
  const wanted = (file: string) => /\.(ts|md)$/.test(file);
  try {
    const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const files = listed.split("\0").filter(wanted);
    // A copy of the repository inside another one lists nothing of its own.
    if (files.length > 0) return files.filter((file) => existsSync(join(root, file)));
  } catch {
    // No git, or no repository.
  }
  return walk("").filter(wanted);
}

const ignored = new Set(["node_modules", ".git", ".venv", ".pulumi-home", ".cache", ".state", "target", "dist"]);

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

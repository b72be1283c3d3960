import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

/**
 * The TypeScript and Markdown files that git tracks, by their paths; without git, those outside the folders that it
 * would ignore.
 */
export function sources(): string[] {
  const wanted = (file: string) => /\.(ts|md)$/.test(file);
  try {
    const listed = execFileSync("git", ["ls-files", "-z"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const files = listed.split("\0").filter(wanted);
    // A copy of the repository inside another one lists no files.
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

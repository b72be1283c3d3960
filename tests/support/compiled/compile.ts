import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";

/** How sources are compiled: each file by itself, as tsx does it. */
export const options = {
  platform: "node",
  format: "cjs",
  target: "node20",
  // Node.js's own import() does not find a file without its extension.
  supported: { "dynamic-import": false },
  logLevel: "warning",
} as const satisfies BuildOptions;

/** The TypeScript files in a folder, by their paths from there. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
}

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder for what is compiled, which goes with this process. */
export function outputFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "compiled-"));
  folders.push(folder);
  return folder;
}

/** The name of what a source is compiled to. It depends on the content alone, so that copies share it. */
export function nameOf(source: Buffer): string {
  return createHash("sha256").update(source).digest("hex");
}

/** Compiles files into a folder, to `<name>.js`. */
export function compileInto(folder: string, files: readonly string[]): void {
  const entryPoints = Object.fromEntries(files.map((file) => [nameOf(readFileSync(file)), file]));
  buildSync({ ...options, entryPoints, outdir: folder });
}

/** What one file is compiled to. */
export function compiled(file: string): string {
  const [output] = buildSync({ ...options, entryPoints: [file], write: false }).outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${file}`);
  return output.text;
}

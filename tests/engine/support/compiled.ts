import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { parse, stringify } from "yaml";
import { options, outputFolder, sourcesIn } from "../../support/compiled/compile";
import { repository } from "./toolchain";

/** Writes the program's entry point, and compiles it where the program is compiled. */
export function writeProgram(folder: string, text: string): void {
  writeFileSync(join(folder, "index.ts"), text);
  if (existsSync(join(folder, "index.js"))) compile(folder, ["index.ts"]);
}

/** Refuses a compiled program whose entry point was written since: the engine would run the one before. */
export function refuseChanged(folder: string): void {
  const writtenAt = (file: string) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs;
  const compiled = writtenAt("index.js");
  if (compiled !== undefined && (writtenAt("index.ts") ?? 0) > compiled)
    throw new Error("the test has changed a program that was compiled: use writeProgram");
}

/**
 * Compiles a copy of the repository's program, each module beside its source, and has the engine run the result. It
 * computes half as long as with tsx, and the engine tests run it hundreds of times. The suites `aws` and `alicloud` run
 * the sources.
 */
export function compileProgram(folder: string): void {
  cpSync(compiledRepository(), folder, { recursive: true });
  const file = join(folder, "Pulumi.yaml");
  const project = parse(readFileSync(file, "utf8")) as { main: string; runtime: { options: { nodeargs?: string } } };
  project.main = "index.js";
  delete project.runtime.options.nodeargs;
  writeFileSync(file, stringify(project));
}

let compiled: string | undefined;

/** The repository's program, compiled once for all stacks of this process. */
function compiledRepository(): string {
  if (compiled !== undefined) return compiled;
  const output = outputFolder();
  const modules = sourcesIn(join(repository, "components")).map((file) => `components/${file}`);
  compile(repository, ["index.ts", ...modules], output);
  return (compiled = output);
}

function compile(folder: string, entryPoints: string[], outdir = folder): void {
  buildSync({
    ...options,
    entryPoints,
    absWorkingDir: folder,
    outdir,
    outbase: ".",
  });
}

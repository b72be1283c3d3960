/**
 * Runs the project's sources without tsx. A test's command computes half as long: no loader has a thread of its own, no
 * source map is read, and each copy of a file is compiled once.
 */
import { symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { compileInto, outputFolder, sourcesIn } from "./compile";

const repository = resolve(__dirname, "../../..");
/** The folders of the project's programs. */
const programs = ["bake", "components", "plan", "release", "verify"];

let made: string | undefined;

/**
 * The arguments of Node.js in place of `--import tsx`, before a program's path. A file that is changed or copied later
 * runs as it is then. Files keep their names, but a stack trace has the lines of what they are compiled to.
 */
export function compiledSources(): string[] {
  made ??= compile();
  return [made];
}

function compile(): string {
  const folder = outputFolder();
  const sources = programs.flatMap((program) =>
    sourcesIn(join(repository, program)).map((file) => join(program, file)),
  );
  compileInto(
    folder,
    ["index.ts", ...sources].map((file) => join(repository, file)),
  );
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  const outfile = join(folder, "process.js");
  const entryPoints = [join(__dirname, "process.ts")];
  buildSync({ entryPoints, outfile, bundle: true, packages: "external", platform: "node", target: "node20" });
  return outfile;
}

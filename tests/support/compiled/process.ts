import { readFileSync, renameSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { compiled, nameOf } from "./compile";

/*
 * Runs the source that its first argument names. index.ts compiles this file into the folder in which it has compiled
 * the project's sources. It is not loaded with --require: beside an --import, Node.js looks for no extension of a
 * program but its own.
 */

interface LoadedModule {
  _compile(code: string, file: string): void;
}

/** Functions of Node.js's loader that it documents for nobody, and that tsx replaces too. */
interface Loader {
  _extensions: Record<string, (module: LoadedModule, file: string) => void>;
  _resolveFilename: (request: string, ...rest: unknown[]) => string;
}

const loader = Module as unknown as Loader;
const { ".js": js, ...others } = loader._extensions;
for (const extension of Object.keys(others)) Reflect.deleteProperty(loader._extensions, extension);
// Of two files that differ in their extensions, the import without one means the first here: the source, not its JSON.
Object.assign(loader._extensions, { ".js": js, ".ts": run, ...others });

// An import() of a URL is compiled to a call of require.
const { _resolveFilename } = loader;
loader._resolveFilename = function (request, ...rest) {
  return _resolveFilename.call(this, request.startsWith("file:") ? fileURLToPath(request) : request, ...rest);
};

const [node = "", , program = "", ...args] = process.argv;
process.argv = [node, resolve(program), ...args];
createRequire(__filename)(resolve(program));

function run(module: LoadedModule, file: string): void {
  module._compile(codeOf(file), file);
}

function codeOf(file: string): string {
  const path = join(__dirname, `${nameOf(readFileSync(file))}.js`);
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A test has written this file.
    const code = compiled(file);
    // Another process may read it at the same time.
    writeFileSync(`${path}.${process.pid}`, code);
    renameSync(`${path}.${process.pid}`, path);
    return code;
  }
}

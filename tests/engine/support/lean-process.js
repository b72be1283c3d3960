/*
 * Loaded into every process of Node.js that the engine starts: the program and the provider of its dynamic resources. It
 * leaves out what takes a quarter of their computing and what no test needs. JavaScript, because it is loaded before tsx.
 */

// A stack trace of an error has the lines of the compiled files.
process.setSourceMapsEnabled = () => undefined;
replace("source-map-support", { install: () => undefined });

// Serialises functions, with the TypeScript compiler. The program has none: its dynamic resources name modules.
replace("@pulumi/pulumi/runtime/closure/serializeClosure", {
  serializeFunction: () => Promise.reject(new Error("functions are not serialized in the engine tests")),
});
replace("@pulumi/pulumi/runtime/closure/codePaths", {});

// A dynamic resource names its module's source, and loads it with tsx. Beside it is what compiled.ts made of it.
const { existsSync } = require("node:fs");
replace("tsx/cjs/api", {
  require: (file, from) => {
    const compiled = file.replace(/\.ts$/, ".js");
    return existsSync(compiled) ? require(compiled) : loadTsx().require(file, from);
  },
});

function loadTsx() {
  const filename = require.resolve("tsx/cjs/api");
  delete require.cache[filename];
  return require(filename);
}

/** Replaces a module of this project's packages by these exports. Another program's own packages stay as they are. */
function replace(name, exports) {
  const filename = require.resolve(name);
  require.cache[filename] = { id: filename, filename, loaded: true, exports, children: [], paths: [] };
}

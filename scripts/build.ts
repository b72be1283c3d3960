import { cpSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";

/**
 * Compiles the library into dist/: JavaScript, and of the type declarations those that the public API refers to. The
 * others would name packages that a program need not have, such as the other cloud's SDK.
 */

const root = resolve(__dirname, "..");
const dist = join(root, "dist");

/** Files that the compiled code reads, by their path in components/. */
const assets = ["baking/existing.Dockerfile"];

function build(): void {
  rmSync(dist, { recursive: true, force: true });
  const config = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.build.json"), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => {
      report([problem]);
    },
  });
  const program = ts.createProgram(config?.fileNames ?? [], config?.options ?? {});
  report([...(config?.errors ?? []), ...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]);
  for (const asset of assets) cpSync(join(root, "components", asset), join(dist, asset));
  removeInternalDeclarations();
}

function removeInternalDeclarations(): void {
  // As a program's compiler sees them: no types but those that are imported.
  const program = ts.createProgram([join(dist, "index.d.ts")], {
    module: ts.ModuleKind.Node20,
    target: ts.ScriptTarget.ES2022,
    types: [],
    noEmit: true,
  });
  const isReferred = (file: string) => program.getSourceFile(file) !== undefined;
  for (const file of ts.sys.readDirectory(dist, [".d.ts"])) if (!isReferred(file)) rmSync(file);
}

function report(problems: readonly ts.Diagnostic[]): void {
  if (problems.length === 0) return;
  const host = {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => "\n",
  };
  process.stderr.write(ts.formatDiagnostics(problems, host));
  process.exit(1);
}

const started = Date.now();
build();
console.log(`${relative(process.cwd(), dist) || dist}: built in ${((Date.now() - started) / 1000).toFixed(1)} s`);

/**
 * The package that `npm pack` makes, in a program of its own: what it holds, what it loads, and what an editor shows.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { type LibraryPackage, Program, readManifest, repository } from "./support/package";

const image = `registry.example.com/orders@sha256:${"a".repeat(64)}`;

/** Prints what a script puts on \`globalThis.result\`. */
const printing = (script: string): string[] => ["-e", `${script}\nconsole.log(JSON.stringify(result));`];

const service = JSON.stringify({ name: "orders", version: "1.4.2", compute: "container", image });

/** What it holds and what it loads. */
export function itsContents(packed: () => LibraryPackage): void {
  describe("the library's package", () => {
    let library: LibraryPackage, both: Program, onAws: Program;
    before(async () => {
      library = packed();
      both = await Program.create(library, ["@pulumi/aws", "@pulumi/alicloud"]);
      onAws = await Program.create(library, ["@pulumi/aws"]);
    });
    after(() => {
      for (const made of [both, onAws]) made.remove();
    });
    const installed = (program = both) => join(program.folder, "node_modules/immutable-service");
    const run = (script: string, program = both): unknown => {
      const { code, stdout, stderr } = program.node(...printing(script));
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };

    it("holds compiled code, its types and what the code reads, and nothing else", async () => {
      const files = await library.files();
      const kinds = new Set(files.map((file) => file.replace(/^dist\/.*?(\.d\.ts|\.js)$/, "dist/*$1")));
      assert.deepEqual(
        [...kinds].sort(),
        ["LICENSE", "README.md", "dist/*.d.ts", "dist/*.js", "dist/baking/existing.Dockerfile", "package.json"].sort(),
      );
    });

    it("names no package in its types but Pulumi's", async () => {
      const types = (await library.files()).filter((file) => file.endsWith(".d.ts"));
      assert.ok(types.includes("dist/index.d.ts"));
      const imported = types.flatMap((file) => {
        const { importedFiles, referencedFiles, typeReferenceDirectives } = ts.preProcessFile(
          readFileSync(join(installed(), file), "utf8"),
        );
        return [...importedFiles, ...referencedFiles, ...typeReferenceDirectives].map(({ fileName }) => fileName);
      });
      const packages = new Set(imported.filter((name) => !name.startsWith(".")));
      assert.deepEqual([...packages], ["@pulumi/pulumi"]);
    });

    it("asks its program for the Pulumi packages and brings none, so that there is one copy of each", () => {
      const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = readManifest(installed());
      assert.deepEqual(
        Object.keys(dependencies).filter((name) => name.startsWith("@pulumi/")),
        [],
      );
      const isOptional = (name: string) => peerDependenciesMeta[name]?.optional === true;
      assert.deepEqual(
        Object.keys(peerDependencies).map((name) => [name, isOptional(name)]),
        [
          ["@pulumi/alicloud", true],
          ["@pulumi/aws", true],
          ["@pulumi/docker", true],
          ["@pulumi/pulumi", false],
        ],
      );
      const paths = ["program", "library", "provider"].map((from) => {
        const folder = {
          program: ".",
          library: "node_modules/immutable-service/dist",
          provider: "node_modules/@pulumi/aws",
        };
        return `require.resolve("@pulumi/pulumi", { paths: [${JSON.stringify(folder[from as keyof typeof folder])}] })`;
      });
      assert.equal(new Set(run(`const result = [${paths.join(", ")}];`) as string[]).size, 1);
    });

    it("loads no package that it does not declare, and declares none that it does not load", async () => {
      const { dependencies = {}, peerDependencies = {} } = readManifest(installed());
      const code = (await library.files()).filter((file) => file.endsWith(".js"));
      const loaded = code.flatMap((file) => {
        const { importedFiles } = ts.preProcessFile(readFileSync(join(installed(), file), "utf8"), true, true);
        return importedFiles.map(({ fileName }) => /^(@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? "");
      });
      const packages = new Set(loaded.filter((name) => !name.startsWith(".") && !isBuiltin(name)));
      assert.deepEqual([...packages].sort(), Object.keys({ ...dependencies, ...peerDependencies }).sort());
    });

    it("accepts the version of each Pulumi package that the repository itself is tested with", () => {
      const { peerDependencies = {}, devDependencies = {} } = readManifest(repository);
      for (const [name, range] of Object.entries(peerDependencies)) assert.equal(range, `^${devDependencies[name]}`);
    });

    it("is a program too, which a production install of the repository has everything for", () => {
      // The program's own packages are development dependencies of the library.
      const { stdout } = spawnSync("npm", ["config", "get", "include"], { cwd: repository, encoding: "utf8" });
      assert.equal(stdout.trim(), "dev");
    });

    it("loads no cloud's SDK and no cloud's API clients when it is imported, and one cloud's when that is used", () => {
      const [imported, used] = run(`
        const loaded = () => Object.keys(require.cache).map((file) => file.split(require("node:path").sep).join("/"));
        const { aws } = require("immutable-service");
        const imported = loaded();
        aws({ region: "us-east-1", project: "p", stack: "s" });
        const result = [imported, loaded()];
      `) as [string[], string[]];
      const sdks = (files: string[]) => [
        ...new Set(
          files.flatMap(
            (file) => /\/node_modules\/(@pulumi\/(?!pulumi\/)[^/]+|@aws-sdk|@alicloud|@smithy)\//.exec(file)?.[1] ?? [],
          ),
        ),
      ];
      assert.ok(imported.some((file) => file.endsWith("/immutable-service/dist/index.js")));
      assert.deepEqual(sdks(imported), []);
      assert.deepEqual(sdks(used), ["@pulumi/aws"]);
    });

    it("says which package is missing when a cloud's SDK is not installed", () => {
      const message = run(
        `let result; try { require("immutable-service").alicloud({ region: "cn-hangzhou", project: "p", stack: "s" }); } catch (error) { result = error.message; }`,
        onAws,
      );
      assert.equal(message, "the package @pulumi/alicloud is not installed: run npm install @pulumi/alicloud");
    });

    it("says which package is missing when an image is to be built and Docker's provider is not installed", () => {
      for (const path of ["container/base", "container/app"]) onAws.makeFolder(`recipe/${path}`);
      onAws.write("recipe/versions.json", "{}");
      onAws.write("app.war", "the application");
      const message = run(
        `
        const pulumi = require("@pulumi/pulumi");
        const { ImmutableService, aws, resolveService } = require("immutable-service");
        const build = { from: "debian@sha256:${"d".repeat(64)}", artifact: "app.war", folder: "recipe" };
        const cloud = aws({ region: "us-east-1", project: "p", stack: "s" });
        pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
        let result;
        try { new ImmutableService("orders", { cloud, last: { deployed: undefined, resources: [] }, spec: resolveService({ ...${service}, image: { build } }, cloud) }); }
        catch (error) { result = error.message; }
      `,
        onAws,
      );
      assert.equal(message, "the package @pulumi/docker is not installed: run npm install @pulumi/docker");
    });

    it("patches nothing in its program's process", () => {
      const changed = run(`
        const { EventEmitter } = require("node:events");
        const watched = {
          process, console, globalThis, Promise, promise: Promise.prototype, Error, Array: Array.prototype, Object, Module: require("node:module"),
          extensions: require.extensions, http: require("node:http"), https: require("node:https"), fs: require("node:fs"), child: require("node:child_process"),
          pulumi: require("@pulumi/pulumi"), runtime: require("@pulumi/pulumi/runtime"), output: require("@pulumi/pulumi").Output,
          resource: require("@pulumi/pulumi").Resource.prototype, custom: require("@pulumi/pulumi").CustomResource.prototype, env: process.env,
        };
        // What the SDKs themselves do when they are loaded is not the library's.
        require("@pulumi/alicloud");
        void require("@pulumi/aws").s3;
        for (const object of Object.values(watched)) for (const name of Object.getOwnPropertyNames(object)) { try { void object[name]; } catch {} }
        const look = () => new Map(Object.entries(watched).flatMap(([of, object]) =>
          Reflect.ownKeys(object).map((name) => [of + "." + String(name), Object.getOwnPropertyDescriptor(object, name)])));
        const listeners = () => process.eventNames().map((name) => String(name) + " " + process.listenerCount(name)).join();
        const [before, listening] = [look(), listeners()];
        const { aws, alicloud, resolveService } = require("immutable-service");
        for (const cloud of [aws({ region: "us-east-1", project: "p", stack: "s" })]) resolveService(${service}, cloud);
        alicloud({ region: "cn-hangzhou", project: "p", stack: "s" });
        const after = look();
        const same = (a, b) => a !== undefined && b !== undefined && Object.is(a.value, b.value) && a.get === b.get && a.set === b.set;
        const names = new Set([...before.keys(), ...after.keys()]);
        const result = [...names].filter((name) => !same(before.get(name), after.get(name)));
        if (listening !== listeners()) result.push("listeners: " + listeners());
      `);
      // Zod and Pulumi's SDK each keep a registry of their own in the global object.
      assert.deepEqual(
        (changed as string[]).filter((name) => !/^globalThis\.(__zod_|globalStore$)/.test(name)),
        [],
      );
    });

    it("is imported by name in a program of ES modules", () => {
      both.write(
        "module.mjs",
        `import { ImmutableService, aws, resolveService } from "immutable-service";
  const spec = resolveService(${service}, aws({ region: "us-east-1", project: "p", stack: "s" }));
  console.log(typeof ImmutableService, spec.releases[0].id);`,
      );
      const { code, stdout, stderr } = both.node("module.mjs");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^function 1-4-2-[0-9a-f]{6}\n$/);
    });

    it("reports all problems of a service in one error, synchronously", () => {
      const problems = run(`
        const { aws, resolveService, SettingsError } = require("immutable-service");
        let result;
        try { resolveService({ ...${service}, port: 0, gate: { answers: 60, within: 60 } }, aws({ region: "us-east-1", project: "p", stack: "s" })); }
        catch (error) { result = error instanceof SettingsError && error.problems.map(({ path }) => path); }
      `);
      assert.deepEqual(problems, ["port", "gate.within"]);
    });

    it("looks for the files of a build in the program's folder, or in the one that it is given", () => {
      const built = (options: string) =>
        run(`
          const { aws, resolveService } = require("immutable-service");
          const build = { from: "debian@sha256:${"d".repeat(64)}", artifact: "app.war", folder: "recipe" };
          const cloud = aws({ region: "us-east-1", project: "p", stack: "s"${options} });
          let result;
          try { resolveService({ ...${service}, image: { build } }, cloud); } catch (error) { result = error.problems.map(({ path }) => path); }
          result ??= [];
        `);
      assert.deepEqual(built(""), ["image.build.folder", "image.build.artifact"]);
      both.write("app.war", "the application");
      assert.deepEqual(built(""), ["image.build.folder"]);
      assert.deepEqual(built(`, projectFolder: "elsewhere"`), ["image.build.folder", "image.build.artifact"]);
    });
  });
}

/** The package that `npm pack` makes, in a program of its own: what it holds, what it loads, and what an editor shows. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { LibraryPackage, Program, readManifest, repository, templates } from "./support/package";

const image = `registry.example.com/orders@sha256:${"a".repeat(64)}`;

/** A program that uses everything public. */
const everything = `import * as pulumi from "@pulumi/pulumi";
import {
  type AlicloudOptions,
  type Cloud,
  type CloudOptions,
  Environment,
  ImmutableService,
  type ImmutableServiceArgs,
  type Problem,
  type ServiceArgs,
  type ServiceSpec,
  SettingsError,
  alicloud,
  aws,
  resolveService,
} from "immutable-service";

const here: CloudOptions = { region: "us-east-1" };
const there: AlicloudOptions = { region: "cn-hangzhou", project: "p", stack: "s", accountType: "International" };
const clouds: Cloud[] = [aws(here), alicloud(there)];
const host: pulumi.Output<string> = pulumi.output("database.example.com");
const service: ServiceArgs = {
  name: "orders",
  version: "1.4.2",
  compute: "container",
  image: { aws: "${image}", alicloud: "${image}" },
  instances: { min: 2, max: 6 },
  environment: { CATALOGUE: "spring", PAGE_SIZE: 20, DATABASE_HOST: host },
  secrets: { TOKEN: "arn:aws:ssm:us-east-1:123456789012:parameter/token" },
  scaling: [
    { metric: "cpu", target: 60 },
    { schedule: "0 8 * * MON-FRI", min: 4, max: 6 },
  ],
  network: { aws: { egress: "nat" }, alicloud: { zones: ["cn-hangzhou-h", "cn-hangzhou-i"] } },
  releases: [{ version: "1.4.1", image: "${image}", weight: 0 }],
};
const services = clouds.map((cloud) => {
  const spec: ServiceSpec = resolveService(service, cloud);
  const environment = new Environment(spec.name, { cloud, spec });
  const args: ImmutableServiceArgs = { cloud, spec, environment };
  return new ImmutableService(spec.name, args, { protect: true });
});
export const urls: pulumi.Output<string>[] = services.map(({ outputs }) => outputs.url);
export const ids: string[] = services.map(({ outputs }) => outputs.release);
export function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof SettingsError ? error.problems : [];
}
`;

/** Prints what a script puts on \`globalThis.result\`. */
const printing = (script: string): string[] => ["-e", `${script}\nconsole.log(JSON.stringify(result));`];

const service = JSON.stringify({ name: "orders", version: "1.4.2", compute: "container", image });

describe("the library's package", function () {
  // It is compiled first, and then the compiler runs again and again.
  this.timeout(300_000);
  let library: LibraryPackage, both: Program, onAws: Program;
  before(async () => {
    library = LibraryPackage.pack();
    both = await Program.create(library, ["@pulumi/aws", "@pulumi/alicloud"]);
    onAws = await Program.create(library, ["@pulumi/aws"]);
    both.write("index.ts", everything);
    onAws.write("index.ts", everything);
  });
  after(() => {
    for (const made of [both, onAws, library]) made.remove();
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

  const resolutions = { ...templates, bundler: { module: "esnext", moduleResolution: "bundler" } };
  for (const [name, options] of Object.entries(resolutions)) {
    it(`compiles with Pulumi's template, module resolution ${options.moduleResolution}, libraries checked (${name})`, () => {
      both.configure(options);
      assert.deepEqual(both.typeCheck(), []);
    });
  }

  it("compiles in a program that has one cloud's SDK", () => {
    assert.deepEqual(onAws.typeCheck(), []);
  });

  it("refuses unknown fields, wrong words and wrong types at compile time", () => {
    const wrong = {
      "instance: {}": "'instance' does not exist in type 'ServiceArgs'",
      'architecture: "arm"': `Type '"arm"' is not assignable to type`,
      'health: { interval: "5s" }': "Type 'string' is not assignable to type 'number'",
      'network: { egres: "nat" }': "'egres' does not exist in type",
    };
    const calls = Object.keys(wrong).map(
      (field) => `resolveService({ name: "orders", version: "1", compute: "vm", image: "ami-1", ${field} }, cloud);`,
    );
    both.write(
      "index.ts",
      [
        'import { aws, resolveService } from "immutable-service";',
        'const cloud = aws({ region: "us-east-1" });',
        ...calls,
      ].join("\n"),
    );
    const complaints = both.typeCheck().filter((line) => line.startsWith("index.ts"));
    both.write("index.ts", everything);
    assert.equal(complaints.length, calls.length, complaints.join("\n"));
    for (const [index, complaint] of Object.values(wrong).entries())
      assert.ok(
        complaints[index]?.startsWith(`index.ts(${index + 3},`) && complaints[index].includes(complaint),
        complaints[index],
      );
  });

  it("compiles the README's program", () => {
    const readme = readFileSync(join(repository, "README.md"), "utf8");
    const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, program = ""]) =>
      program.includes('from "immutable-service"') ? [program] : [],
    );
    assert.ok(programs.length > 0, "the README shows no program");
    for (const program of programs) {
      onAws.write("index.ts", program);
      assert.deepEqual(onAws.typeCheck(), []);
    }
  });

  it("documents every field of the arguments in the editor", () => {
    const program = ts.createProgram([join(both.folder, "index.ts")], {
      strict: true,
      module: ts.ModuleKind.NodeNext,
      noEmit: true,
    });
    const checker = program.getTypeChecker();
    const types = program.getSourceFile(join(installed(), "dist/stack-file/types.d.ts"));
    assert.ok(types, "the types are not where the program finds them");
    const undocumented: string[] = [];
    const interfaces: string[] = [];
    ts.forEachChild(types, (node) => {
      if (!ts.isInterfaceDeclaration(node)) return;
      interfaces.push(node.name.text);
      for (const property of checker.getTypeAtLocation(node).getProperties())
        if (property.getDocumentationComment(checker).length === 0)
          undocumented.push(`${node.name.text}.${property.name}`);
    });
    assert.ok(interfaces.includes("ServiceArgs") && interfaces.includes("HealthArgs"));
    assert.deepEqual(undocumented, []);
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
    assert.deepEqual(built(`, projectFolder: ${JSON.stringify(onAws.folder)}`), [
      "image.build.folder",
      "image.build.artifact",
    ]);
  });
});

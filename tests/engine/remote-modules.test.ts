/** Dynamic resources in the real engine when their modules change, are missing, or are in another folder. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { storedKind } from "../support/remote-kind";
import { changes, type EngineEvents, failures, plannedChanges } from "./support/engine-events";
import { components, modules, program, remoteProgram, write } from "./support/remote-program";
import { StackRun } from "./support/stack";
import { findToolchain, needs, repository, type Toolchain } from "./support/toolchain";

const printed = ({ diagnostics }: EngineEvents) => diagnostics.map(({ message }) => message).join("\n");
const steps = (run: EngineEvents) =>
  changes(run)
    .filter(({ type }) => type.startsWith("pulumi-nodejs:"))
    .map(({ operation, name }) => `${operation} ${name}`);
const packageVersion = (JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string })
  .version;

/** The provider's source in the inputs and outputs of each resource in the state, sorted: the state's order varies. */
async function providerSources(run: StackRun): Promise<string[]> {
  const { resources = [] } = (await run.exportState()).deployment;
  return resources
    .filter(({ type }) => type.startsWith("pulumi-nodejs:"))
    .flatMap(({ inputs, outputs }) => [String(inputs?.__provider), String(outputs?.__provider)])
    .sort();
}

describe("engine: remote modules", () => {
  let toolchain: Toolchain;
  let run: StackRun;
  before(function () {
    toolchain = needs(this, findToolchain());
  });

  const remove = (path: string) => {
    rmSync(join(run.folder, path));
  };
  const restore = (path: string) => {
    write(run.folder, { [path]: components[path] ?? assert.fail(path) });
  };

  describe("of a program in a subfolder", () => {
    let deployedSources: string[];
    before(async () => {
      run = await remoteProgram(toolchain, "deploy/index.ts");
    });
    after(() => {
      run.remove();
    });

    it("are found in the parent folder, with their imports", async () => {
      assert.match(printed(await run.up()), /created drained[^]*created noted|created noted[^]*created drained/);
    });

    it("are named in the state by a short text without the checkout's folder and the module's code", async () => {
      deployedSources = await providerSources(run);
      assert.equal(deployedSources.length, 4);
      for (const text of deployedSources) {
        assert.ok(text.length < 2000, `${text.length} characters`);
        assert.ok(!text.includes(run.folder));
        assert.ok(!text.includes("Printer"));
      }
      assert.deepEqual(
        new Set(deployedSources.map((text) => storedKind(text).source)),
        new Set(Object.values(modules)),
      );
    });

    it("can change without a change of the stack", async () => {
      for (const path of Object.values(modules)) write(run.folder, { [path]: `${components[path]}// changed\n` });
      assert.deepEqual(plannedChanges(await run.preview()), []);
      assert.deepEqual(changes(await run.up()), []);
      assert.deepEqual(await providerSources(run), deployedSources);
    });

    it("read on a refresh, and delete on a destroy", async () => {
      assert.match(printed(await run.refresh()), /read drained/);
      assert.match(printed(await run.destroy()), /deleted drained/);
    });
  });

  describe("of an upgrade that was reverted", () => {
    before(async () => {
      run = await remoteProgram(toolchain);
      write(run.folder, { "index.ts": program("./components", []) });
      await run.up();
      write(run.folder, { "index.ts": program("./components", ["Drained", "Noted"]) });
      await run.up();
      write(run.folder, { "index.ts": program("./components", []) });
      Object.values(modules).forEach(remove);
    });
    after(() => {
      run.remove();
    });

    it("are needed only for a delete that does something, and are named by its error", async () => {
      const failed = await run.up({ expectFailure: true });
      assert.deepEqual(steps(failed), ["delete noted"]);
      assert.deepEqual(
        failures(failed).map(({ name }) => name),
        ["drained"],
      );
      assert.match(
        printed(failed),
        new RegExp(
          `cannot delete Drained drained: Cannot find module './${modules.Drained}'\\. ` +
            `Install immutable-service ${packageVersion}, or check out the commit that deployed it, and run the command again\\.`,
        ),
      );
    });

    it("delete once they are restored", async () => {
      restore(modules.Drained);
      const up = await run.up();
      assert.deepEqual(steps(up), ["delete drained"]);
      assert.match(printed(up), /deleted drained/);
    });
  });

  describe("that are missing", () => {
    before(async () => {
      run = await remoteProgram(toolchain);
      await run.up();
      Object.values(modules).forEach(remove);
    });
    after(() => {
      run.remove();
    });

    it("are not needed for a preview, nor for a refresh, which prints a message and keeps the recorded state", async () => {
      const before = await run.exportState();
      assert.match(printed(await run.refresh()), /cannot refresh Drained drained: Cannot find module/);
      const resources = (state: typeof before) => (state.deployment.resources ?? []).map(({ urn, id }) => [urn, id]);
      assert.deepEqual(resources(await run.exportState()), resources(before));
      assert.deepEqual(plannedChanges(await run.preview()), []);
    });

    it("block a destroy only for a delete that does something, and only until they are restored", async () => {
      const failed = await run.destroy({ expectFailure: true });
      assert.match(printed(failed), /cannot delete Drained drained/);
      assert.deepEqual(steps(failed), ["delete noted"]);
      restore(modules.Drained);
      assert.match(printed(await run.destroy()), /deleted drained/);
      assert.deepEqual((await run.exportState()).deployment.resources ?? [], []);
    });
  });

  describe("with the provider's start script of npm's @pulumi/pulumi", () => {
    const bin = mkdtempSync(join(tmpdir(), "remote-bin-"));
    const started = join(bin, "started");
    before(async () => {
      const script = join(repository, "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs");
      const wrapper = `#!/bin/sh\necho started >> '${started}'\n. '${script}'\n`;
      writeFileSync(join(bin, "pulumi-resource-pulumi-nodejs"), wrapper, { mode: 0o755 });
      const PATH = [bin, join(toolchain.pulumi, ".."), process.env.PATH].join(delimiter);
      run = await remoteProgram(toolchain, "index.ts", { PATH });
    });
    after(() => {
      run.remove();
      rmSync(bin, { recursive: true });
    });

    it("create, read and delete resources", async () => {
      assert.match(printed(await run.up()), /created drained/);
      assert.match(printed(await run.refresh()), /read drained/);
      assert.match(printed(await run.destroy()), /deleted drained/);
      assert.equal(readFileSync(started, "utf8"), "started\n".repeat(3));
    });
  });

  describe("of an installed package, in a program with Pulumi's default runtime", () => {
    before(async () => {
      run = await installedProgram(toolchain);
    });
    after(() => {
      run.remove();
    });

    it("create, read and delete resources as compiled code, without tsx", async () => {
      assert.match(printed(await run.up()), /created drained/);
      assert.match(printed(await run.refresh()), /read drained/);
      assert.match(printed(await run.destroy()), /deleted drained/);
    });
  });
});

/**
 * A stack of a program that imports the components from a compiled package; all of the project's packages but tsx are
 * installed.
 */
async function installedProgram(toolchain: Toolchain): Promise<StackRun> {
  const folder = mkdtempSync(join(tmpdir(), "remote-program-"));
  try {
    write(folder, {
      "Pulumi.yaml": "name: installed\nruntime: nodejs\n",
      "package.json": JSON.stringify({ name: "installed", main: "index.ts" }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { strict: true, target: "es2020", module: "nodenext", moduleResolution: "nodenext" },
        files: ["index.ts"],
      }),
      "index.ts": program("immutable-service", ["Drained", "Noted"]),
    });
    const run = await StackRun.create({ toolchain, config: {}, program: folder });
    const packages = join(run.folder, "node_modules");
    rmSync(packages);
    const exports = { "./remote/*": "./dist/components/*.remote.js", "./*": "./dist/components/*.js" };
    const manifest = { name: "immutable-service", version: packageVersion, exports };
    write(packages, { "immutable-service/package.json": JSON.stringify(manifest) });
    for (const name of readdirSync(join(repository, "node_modules"))) {
      if (name !== "tsx") symlinkSync(join(repository, "node_modules", name), join(packages, name));
    }
    compile(join(run.folder, "source"), join(packages, "immutable-service/dist"));
    return run;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles the program's components like a package: to CommonJS, with declarations. */
function compile(sources: string, target: string): void {
  const own = (path: string) => ({ [path]: readFileSync(join(repository, path), "utf8") });
  write(sources, {
    ...components,
    ...own("components/remote.ts"),
    ...own("components/config-keys.ts"),
    "tsconfig.json": JSON.stringify({
      extends: join(repository, "tsconfig.json"),
      compilerOptions: {
        ...{
          module: "node16",
          moduleResolution: "node16",
          noEmit: false,
          declaration: true,
          rootDir: ".",
          outDir: target,
        },
        ...{ types: ["node"], typeRoots: [join(repository, "node_modules/@types")] },
      },
      include: ["components"],
    }),
  });
  const { status, stdout } = spawnSync(join(repository, "node_modules/.bin/tsc"), ["-p", sources], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
}

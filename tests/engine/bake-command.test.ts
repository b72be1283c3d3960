/**
 * `npm run bake` on the real engine: only the service's image is baked, before the service exists and while it runs.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compiledSources } from "../support/compiled";
import { Registry } from "../images/support/registry";
import { forget, importSystem } from "./support/bake-stack";
import { done, noComplaints } from "./support/checks";
import { plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { startCommand } from "./support/processes";
import { findDocker, findRegistry, needs, repository } from "./support/toolchain";
import { type ServiceStack, World } from "./support/world";

const recipe: Readonly<Record<string, string>> = {
  "recipe/versions.json": "{}\n",
  "recipe/container/base/Dockerfile": "ARG OS\nFROM ${OS}\nRUN echo base > /base.txt\n",
  "recipe/container/app/Dockerfile": "ARG BASE\nFROM ${BASE}\nARG WAR\nCOPY ${WAR} /app.txt\n",
  "dist/app.txt": "first\n",
};

describe("engine: npm run bake", () => {
  const simulated = new SimulatedReleases();
  let registry: Registry, stack: ServiceStack;
  const references: string[] = [];

  before(function () {
    needs(this, findDocker());
    needs(this, findRegistry());
  });
  World.forSuite({ docker: false }, async (world) => {
    await simulated.startIn(world);
    registry = await Registry.start();
    world.closing.push(
      () => registry.close(),
      () => forget(registry.address),
    );
    const system = `${registry.address}/system:1`;
    await importSystem(system);
    const build = {
      from: await registry.push(system),
      folder: "recipe",
      artifact: "dist/app.txt",
      repository: `${registry.address}/web`,
    };
    stack = await world.stack({
      name: "web",
      version: "1.0.0",
      compute: "container",
      image: { build },
      gate: { url: simulated.url, answers: 2, within: 50 },
      health: { startWithin: 10 },
      network: { egress: "nat" },
    });
    for (const part of ["bake", "plan"])
      cpSync(join(repository, part), join(stack.run.folder, part), { recursive: true });
    for (const [path, content] of Object.entries(recipe)) write(path, content);
    stack.set({});
  });

  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(stack.run.folder, path)), { recursive: true });
    writeFileSync(join(stack.run.folder, path), content);
  };
  const bake = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await startCommand(
      process.execPath,
      [...compiledSources(), "bake/main.ts", "--stack", "test", ...args],
      { cwd: stack.run.folder, env: stack.run.env },
    ).ended;
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
    return stdout.trimEnd().split("\n").at(-1) ?? "";
  };
  const inState = async () => (await stack.run.exportState()).deployment.resources?.map(({ urn }) => urn) ?? [];
  const awsResources = async () => (await inState()).filter((urn) => /\$aws:/.test(urn)).sort();
  const appImages = async () => (await inState()).filter((urn) => /RegistryImage::web-image-app-/.test(urn));
  const layerCount = async (reference: string) => (await registry.layers(reference)).length;

  it("bakes the image of an empty stack and creates nothing of the service", async () => {
    const reference = await bake("--yes");
    assert.match(reference, new RegExp(`^${registry.address}/web@sha256:[0-9a-f]{64}$`));
    assert.ok((await layerCount(reference)) > 1);
    assert.deepEqual(await awsResources(), []);
    assert.equal((await appImages()).length, 1);
    references.push(reference);
  });

  it("removes an unused image from the state, but not from the registry, when the next recipe is baked", async () => {
    write("dist/app.txt", "second\n");
    const reference = await bake("--yes");
    assert.notEqual(reference, references[0]);
    assert.equal((await appImages()).length, 1);
    references.push(reference);
    for (const baked of references) assert.ok((await layerCount(baked)) > 1);
  });

  it("leaves the image unchanged in the following update and in the next bake", async () => {
    const run = await stack.up();
    noComplaints(run);
    assert.deepEqual(
      done(run).filter((step) => step.includes("web-image")),
      [],
    );
    assert.ok(done(run).some((step) => step.startsWith("create Service web-1-0-0-")));
    assert.equal((await stack.run.outputs()).image, references[1]);
    assert.equal(await bake("--yes"), references[1]);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("bakes the next recipe while a release with the previous image runs", async () => {
    const before = await awsResources();
    write("dist/app.txt", "third\n");
    references.push(await bake("--yes"));
    assert.equal(new Set(references).size, 3);
    assert.deepEqual(await awsResources(), before);
    assert.equal((await appImages()).length, 2);
    write("dist/app.txt", "fourth\n");
    references.push(await bake("--yes"));
    // No release uses the third.
    assert.equal((await appImages()).length, 2);
    assert.deepEqual(await awsResources(), before);
  });

  it("is followed by an update that releases the baked image, and every image stays in the registry", async () => {
    const run = await stack.up();
    noComplaints(run);
    assert.deepEqual(
      done(run).filter((step) => /^create .*web-image/.test(step)),
      [],
    );
    assert.ok(done(run).some((step) => step.startsWith("delete Service web-1-0-0-")));
    assert.equal((await appImages()).length, 1);
    for (const baked of references) assert.ok((await layerCount(baked)) > 1);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });
});

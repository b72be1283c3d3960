/**
 * Container images baked in the stack: the real engine and Docker provider, this machine's Docker engine, and a
 * registry with a login and immutable tags.
 */
import assert from "node:assert/strict";
import { docker } from "./traffic/process";
import { GuardedRegistry, loginTo, secrets } from "./support/bake-registry";
import { BakeStack, forget, importSystem } from "./support/bake-stack";
import { changed, done, failure, noComplaints } from "./support/checks";
import { plannedChanges, type EngineEvents } from "./support/engine-events";
import { findDocker, findRegistry, findToolchain, needs, type Toolchain } from "./support/toolchain";

/** The environment of a machine without a running Docker engine. */
const noEngine = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };

describe("engine: container images baked in the stack", () => {
  const closing: (() => unknown)[] = [];
  let toolchain: Toolchain, registry: GuardedRegistry, stack: BakeStack, from: string, signedIn: string;
  /** The repository in the stack file, and the digests of the releases' images, oldest first. */
  let repository: string;
  const digests: string[] = [];

  before(async function () {
    needs(this, findDocker());
    needs(this, findRegistry());
    toolchain = needs(this, findToolchain());
    registry = await GuardedRegistry.start();
    closing.push(() => registry.close());
    closing.push(
      () => forget(registry.address),
      () => forget(registry.inside.address),
    );
    repository = `${registry.address}/books`;
    signedIn = loginTo(registry.address);
    const system = `${registry.inside.address}/system:1`;
    await importSystem(system);
    from = await registry.inside.push(system);
    stack = await createStack({});
  });
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  async function createStack(build: object): Promise<BakeStack> {
    const created = await BakeStack.create(toolchain, { from, repository, ...build });
    closing.push(() => {
      created.remove();
    });
    created.login(signedIn);
    return created;
  }

  /** The digest of the stack's image. Asserts that the registry has it under the tag in its resource's name. */
  async function baked(of: BakeStack): Promise<string> {
    const [name = "", digest = ""] = String((await of.run.outputs()).image).split("@");
    assert.equal(name, repository);
    const tags =
      (await of.run.exportState()).deployment.resources
        ?.filter(({ type }) => type.endsWith(":RegistryImage"))
        .map(({ urn }) => urn.split("::").at(-1) ?? "") ?? [];
    const app = tags.find((resource) => resource.startsWith("books-image-app-"))?.slice("books-image-app-".length);
    assert.equal(await registry.digest("books", app ?? "none"), digest);
    return digest;
  }

  const runImage = (digest: string) => docker("run", "--rm", `${registry.inside.address}/books@${digest}`);
  const operationsOn = (run: EngineEvents, name: RegExp) => [
    ...new Set(run.steps.filter((step) => name.test(step.name)).map(({ operation }) => operation)),
  ];
  const steps = (run: EngineEvents) => done(run).map((step) => step.replace(/[0-9a-f]{16}/, "TAG"));

  it("are built as a base and an app image, pushed, and run when pulled by digest", async () => {
    const run = await stack.run.up();
    noComplaints(run);
    assert.deepEqual(steps(run), [
      "create RegistryImage books-image-app-TAG",
      "create RegistryImage books-image-base-TAG",
      "create RegistryImageLookup books-image-app-TAG-registry-lookup",
      "create RegistryImageLookup books-image-base-TAG-registry-lookup",
    ]);
    digests.push(await baked(stack));
    assert.equal((await registry.tags("books")).filter((tag) => /^(base-)?[0-9a-f]{16}$/.test(tag)).length, 2);
    await forget(registry.address);
    assert.equal(await runImage(digests[0] ?? ""), "tool 7.1, hello\nfirst");
    const state = JSON.stringify(await stack.run.exportState());
    for (const secret of secrets) assert.ok(!state.includes(secret), "the login is in the state");
  });

  it("do not change while the recipe is the same, whatever their labels say", async () => {
    stack.set({ revision: "0123abc", source: "https://git.example.com/books" }, "1.0.1");
    const run = await stack.run.up();
    noComplaints(run);
    assert.deepEqual([done(run), Object.keys(run.summary)], [[], ["same"]]);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("need neither a Docker engine nor a login while the recipe is the same", async () => {
    stack.login(undefined);
    const preview = await stack.run.preview({ env: noEngine });
    noComplaints(preview);
    assert.deepEqual(changed(plannedChanges(preview)), []);
    stack.login(signedIn);
  });

  it("are kept by a refresh on a machine that never had them and has no Docker engine", async () => {
    const run = await stack.run.up({ flags: ["--refresh"], env: noEngine });
    noComplaints(run);
    assert.deepEqual(done(run), []);
    assert.equal(await baked(stack), digests[0]);
  });

  it("are found in the registry again after a refresh without a login, on a machine that would build different ones", async () => {
    stack.login("{}");
    await stack.run.refresh();
    const { diagnostics } = await stack.run.up({ expectFailure: true });
    assert.match(
      diagnostics.map(({ message }) => message).join("\n"),
      /registry 127\.0\.0\.1:\d+ answered 401 .* nothing was changed\. Log in on this machine: docker login/,
    );
    stack.login(signedIn);
    stack.set({ revision: "another" });
    noComplaints(await stack.run.up());
    assert.equal(await baked(stack), digests[0]);
    assert.deepEqual(plannedChanges(await stack.run.preview()), []);
  });

  it("differ only in the app's layer when the artifact changes", async () => {
    stack.write("dist/app.txt", "second\n");
    const run = await stack.run.up();
    noComplaints(run);
    assert.deepEqual(steps(run), [
      "create RegistryImage books-image-app-TAG",
      "create RegistryImageLookup books-image-app-TAG-registry-lookup",
      "delete RegistryImage books-image-app-TAG",
      "delete RegistryImageLookup books-image-app-TAG-registry-lookup",
    ]);
    assert.deepEqual(operationsOn(run, /^books-image-base-/), ["same"]);
    digests.push(await baked(stack));
    const base = (await registry.tags("books")).find((tag) => tag.startsWith("base-")) ?? "";
    const below = await registry.layers("books", (await registry.digest("books", base)) ?? "");
    const [before, after] = await Promise.all(digests.map((digest) => registry.layers("books", digest)));
    assert.deepEqual([before?.slice(0, -1), after?.slice(0, -1)], [below, below]);
    assert.notEqual(before?.at(-1), after?.at(-1));
    assert.deepEqual(await Promise.all(digests.map(runImage)), ["tool 7.1, hello\nfirst", "tool 7.1, hello\nsecond"]);
  });

  /** Runs an update that must fail on the app's image without pushing a tag, and returns the error message. */
  async function failUpdate(artifact: string, at: RegExp, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const tags = await registry.tags("books");
    stack.write("dist/app.txt", artifact);
    const run = await stack.run.up({ expectFailure: true, env });
    const { name, message } = failure(run);
    assert.match(name, at);
    assert.deepEqual(operationsOn(run, /^books-image-base-/), ["same"]);
    assert.deepEqual(await registry.tags("books"), tags);
    assert.ok(String((await stack.run.outputs()).image).endsWith(digests[1] ?? "none"));
    return message;
  }

  it("fail with the name of the step and push no tag without a login, without a Docker engine, and when the registry refuses", async () => {
    stack.login("{}");
    assert.match(
      await failUpdate("third\n", /^books-image-app-.*-registry-lookup$/),
      /answered 401 .* is neither built nor pushed/,
    );
    stack.login(signedIn);
    assert.match(await failUpdate("third\n", /^books-image-app-/, noEngine), /Docker client.*docker\.sock/s);
    registry.refuses = (method, path) => (method === "POST" && path.includes("/blobs/uploads/") ? 403 : undefined);
    assert.match(await failUpdate("third\n", /^books-image-app-/), /pushing docker image.*denied/s);
    registry.refuses = (method, path) => (method === "PUT" && path.includes("/manifests/") ? 500 : undefined);
    assert.match(await failUpdate("third\n", /^books-image-app-/), /pushing docker image/);
    registry.refuses = () => undefined;
  });

  it("are built and pushed by the next update", async () => {
    noComplaints(await stack.run.up());
    assert.equal(await runImage(await baked(stack)), "tool 7.1, hello\nthird");
  });

  it("are reused from the registry after a push that was not recorded, although a rebuild would give another digest", async () => {
    stack.write("dist/app.txt", "fourth\n");
    let pushed = false;
    registry.refuses = (method, path) => {
      const refused = pushed && path.includes("/manifests/") ? 503 : undefined;
      pushed ||= method === "PUT" && path.includes("/manifests/");
      return refused;
    };
    const before = await registry.tags("books");
    assert.match(failure(await stack.run.up({ expectFailure: true })).name, /^books-image-app-/);
    registry.refuses = () => undefined;
    const tag = (await registry.tags("books")).find((one) => !before.includes(one)) ?? "";
    const lost = await registry.digest("books", tag);
    await forget(registry.address);
    stack.set({ revision: "another" });
    const run = await stack.run.up({ flags: ["--refresh"] });
    noComplaints(run);
    assert.equal(await baked(stack), lost);
  });

  it("are reused by another stack with the same recipe", async () => {
    await forget(registry.address);
    const existing = await baked(stack);
    const second = await createStack({ revision: "yet-another" });
    second.write("dist/app.txt", "fourth\n");
    noComplaints(await second.run.up());
    assert.equal(await baked(second), existing);
  });

  it("report the step of the recipe that failed, and stay in the registry when the stack is destroyed", async () => {
    stack.write("recipe/container/app/Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN exit 7\n");
    const tags = await registry.tags("books");
    const { name, message } = failure(await stack.run.up({ expectFailure: true }));
    assert.match(name, /^books-image-app-/);
    assert.match(message, /build.*exit 7.*exit code: 7/s);
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
    assert.deepEqual(await registry.tags("books"), tags);
    assert.equal(await runImage(digests[0] ?? ""), "tool 7.1, hello\nfirst");
  });
});

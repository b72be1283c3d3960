/** Builds and pushes the container images, and runs them as pulled from the registry. */
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { chownSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipeFiles, type RecipeInputs, recipeTag } from "../../components/baking/recipe";
import { pause } from "../engine/support/processes";
import { findDocker, findRegistry, needs } from "../engine/support/toolchain";
import { docker, until } from "../engine/traffic/process";
import { ask, closing, healthy, logLines, startApp, stopApp, type RunningApp } from "./support/app";
import { CloudDouble } from "./support/cloud-double";
import { buildWar, findDebian, findMaven, images, importDebian, serveMirror, versions } from "./support/materials";
import { Registry } from "./support/registry";

const source = "https://example.com/bookstore.git";
const platform = "linux/amd64";

/** The hash of the token "a-token", for the path that `npm run verify` calls. */
const tokenHash = createHash("sha256").update("a-token").digest("hex");

describe("the container images", () => {
  let registry: Registry;
  const used = new Set<string>();
  const containers: string[] = [];
  const cleanUps: (() => Promise<unknown>)[] = [];
  /** References by digest. */
  let base = "",
    app = "",
    appTag = "";

  const start = async (options: string[] = []): Promise<RunningApp> => {
    const running = await startApp(app, options);
    containers.push(running.container);
    return running;
  };

  /** Builds the recipe's image under the recipe's tag, pushes it, and returns its reference by digest and its tag. */
  const build = async (
    name: string,
    recipe: RecipeInputs & { root: string; paths: readonly string[] },
    dockerfile: string,
    labels: Record<string, string>,
  ): Promise<{ reference: string; tag: string }> => {
    const tag = `${registry.address}/${name}:${recipeTag(recipe, recipeFiles(recipe))}`;
    const args = Object.entries({ ...recipe.args, ...labels }).flatMap(([key, value]) => [
      "--build-arg",
      `${key}=${value}`,
    ]);
    await docker("build", "--quiet", "--tag", tag, "--file", dockerfile, ...args, recipe.root);
    const reference = await registry.push(tag);
    used.add(tag).add(reference);
    return { reference, tag };
  };
  const buildApp = (revision: string) =>
    build(
      "app",
      { root: images, paths: ["container/app", "app/target/bookstore.war"], base, args: { BASE: base }, platform },
      join(images, "container/app/Dockerfile"),
      { SOURCE: source, REVISION: revision, VERSION: "1.4.2" },
    );

  before(async function () {
    needs(this, findDocker());
    needs(this, findRegistry());
    needs(this, findDebian());
    needs(this, findMaven());
    registry = await Registry.start();
    cleanUps.push(() => registry.close());
    const os = `${registry.address}/debian:bookworm`;
    await importDebian(os);
    const osReference = await registry.push(os);
    used.add(os).add(osReference);
    const { tomcat_version, tomcat_sha512, java_package, updated } = await versions();
    const args = {
      OS: osReference,
      TOMCAT_VERSION: tomcat_version,
      TOMCAT_SHA512: tomcat_sha512,
      JAVA_PACKAGE: java_package,
      UPDATED: updated,
    };
    const mirror = await serveMirror();
    cleanUps.push(() => mirror.close());
    const folder = join(images, "container/base");
    // With a tag, so that it can be removed; the classic builder would leave an untagged stage.
    const stage = `${registry.address}/stage:tomcat`;
    await docker(
      "build",
      "--quiet",
      "--target",
      "tomcat",
      "--tag",
      stage,
      ...Object.entries({ ...args, MAVEN_CENTRAL: mirror.url }).flatMap(([key, value]) => [
        "--build-arg",
        `${key}=${value}`,
      ]),
      folder,
    );
    used.add(stage);
    base = (
      await build(
        "base",
        { root: folder, paths: ["."], base: osReference, args, platform },
        join(folder, "Dockerfile"),
        {
          SOURCE: source,
          MAVEN_CENTRAL: mirror.url,
        },
      )
    ).reference;
    await buildWar("one");
    ({ reference: app, tag: appTag } = await buildApp("one"));
  });

  after(async () => {
    if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
    for (const reference of used) await docker("image", "rm", reference).catch(() => "");
    for (const cleanUp of cleanUps) await cleanUp();
  });

  it("run when pulled by digest, without root, with a read-only root file system and without capabilities", async () => {
    // Removing the last tag also removes the reference by digest.
    await docker("image", "rm", appTag);
    await assert.rejects(docker("image", "inspect", app));
    await docker("pull", "--quiet", app);
    const running = await start([
      "--env",
      "SERVICE_NAME=bookstore",
      "--env",
      "SERVICE_VERSION=1.4.2",
      "--env",
      "SERVICE_RELEASE=1-4-2-9f3ab1",
      "--env",
      "KEEP_ALIVE_SECONDS=315",
    ]);
    await healthy(running);
    const kept = await fetch(`${running.url}/version`);
    assert.equal(kept.headers.get("keep-alive"), "timeout=315");
    assert.deepEqual(JSON.parse((await ask(`${running.url}/version`)).text), {
      name: "bookstore",
      version: "1.4.2",
      release: "1-4-2-9f3ab1",
      revision: "one",
    });
    assert.match((await ask(running.url)).text, /"catalogue":"spring"/);
    assert.equal(await docker("exec", running.container, "id", "-u"), "1000");
    await assert.rejects(docker("exec", running.container, "touch", "/opt/immutable-service/webapps/x"));
    await until(
      "the image's own health check",
      30_000,
      async () => (await docker("inspect", "--format", "{{.State.Health.Status}}", running.container)) === "healthy",
    );
    const lines = logLines(await docker("logs", running.container));
    assert.ok(
      lines.some(
        (line) =>
          line.message === "request" &&
          line.path === "/version" &&
          line.status === 200 &&
          line.release === "1-4-2-9f3ab1",
      ),
      "the request is not in the log",
    );
    assert.ok(
      lines.every((line) => line.time && line.level && line.level !== "SEVERE"),
      "a line has no time, or reports an error",
    );
    assert.equal((await ask(`${running.url}/%2f`)).status, 400);
    assert.doesNotMatch((await ask(`${running.url}/%2f`)).text, /Tomcat/);
  });

  it("record what they were built from in their labels", async () => {
    const { Config: config } =
      (
        JSON.parse(await docker("image", "inspect", app)) as {
          Config: { User: string; Volumes: object; Labels: Record<string, string>; Healthcheck: object };
        }[]
      )[0] ?? assert.fail();
    assert.equal(config.User, "1000:1000");
    assert.deepEqual(Object.keys(config.Volumes), ["/tmp"]);
    assert.ok(config.Healthcheck);
    const label = (name: string) => config.Labels[`org.opencontainers.image.${name}`];
    assert.deepEqual(
      [label("revision"), label("version"), label("source"), label("base.name")],
      ["one", "1.4.2", source, base],
    );
  });

  it("differ only in the app's layer when the WAR changes", async () => {
    const war = readFileSync(await buildWar("two"));
    const changed = await buildApp("two");
    assert.notEqual(changed.reference, app);
    const [below, before, after] = [
      await registry.layers(base),
      await registry.layers(app),
      await registry.layers(changed.reference),
    ];
    assert.deepEqual(before.slice(0, -1), below);
    assert.deepEqual(after.slice(0, -1), below);
    assert.notEqual(after.at(-1), before.at(-1));
    assert.deepEqual(readFileSync(await buildWar("two")), war, "two builds of one source differ");
    assert.deepEqual(await buildApp("two"), changed, "one recipe gave two images");
  });

  it("cannot be built without a base", async () => {
    await assert.rejects(docker("build", "--quiet", "--file", join(images, "container/app/Dockerfile"), images));
  });

  it("never become healthy with a catalogue that does not exist", async () => {
    const running = await start(["--env", "CATALOGUE=nowhere"]);
    await until("the reason in the log", 60_000, async () =>
      (await docker("logs", running.container)).includes("this build has no /catalogues/nowhere.json"),
    );
    await until("Tomcat", 30_000, async () => (await docker("logs", running.container)).includes("Server startup"));
    assert.equal((await ask(`${running.url}/healthz`)).status, 404);
  });

  it("get a secret that is in a file as a variable", async () => {
    const folder = mkdtempSync(join(tmpdir(), "secrets-"));
    const file = join(folder, "CATALOGUE");
    writeFileSync(file, "autumn", { mode: 0o400 });
    chownSync(file, 1000, 1000);
    cleanUps.push(() => rm(folder, { recursive: true }));
    const inside = "/run/secrets/CATALOGUE";
    const running = await start(["--volume", `${file}:${inside}:ro`, "--env", `CATALOGUE_FILE=${inside}`]);
    await healthy(running);
    assert.match((await ask(running.url)).text, /"catalogue":"autumn"/);
  });

  it("exit when their port is taken", async () => {
    const running = await start();
    await healthy(running);
    const second = await start(["--network", `container:${running.container}`]);
    assert.notEqual(await docker("wait", second.container), "0");
  });

  for (const cloud of ["aws", "alicloud", "alicloud-containers"] as const) {
    describe(`on ${cloud}`, () => {
      let cloudDouble: CloudDouble;
      let running: RunningApp;
      const ends: (() => Promise<unknown>)[] = [];
      before(async () => {
        cloudDouble = await CloudDouble.start(cloud);
        ends.push(() => cloudDouble.close());
        running = await start([
          ...cloudDouble.arguments,
          "--env",
          "STOP_DELAY=2",
          "--env",
          `VERIFY_TOKEN_SHA256=${tokenHash}`,
        ]);
        // Before its network is removed.
        ends.unshift(() =>
          docker("rm", "--force", "--volumes", containers.splice(containers.indexOf(running.container), 1)[0] ?? ""),
        );
        await healthy(running);
      });
      after(async () => {
        for (const end of ends) await end();
      });

      it("list and store covers in object storage with the role's credentials", async () => {
        const cover = Buffer.from([137, 80, 78, 71, 0, 255]);
        const put = (name: string, type: string, body: Buffer) =>
          ask(`${running.url}/covers/${name}`, { method: "PUT", headers: { "Content-Type": type }, body });
        assert.deepEqual(await put("emma.png", "image/png", cover), { status: 201, text: '{"stored":"emma.png"}\n' });
        assert.deepEqual(cloudDouble.stored.get("covers/emma.png"), { type: "image/png", body: cover });
        assert.deepEqual(await ask(`${running.url}/covers`), { status: 200, text: '{"covers":["emma.png"]}\n' });
        const read = await fetch(`${running.url}/covers/emma.png`, { headers: closing });
        assert.deepEqual(
          [read.headers.get("content-type"), Buffer.from(await read.arrayBuffer())],
          ["image/png", cover],
        );
        assert.equal((await ask(`${running.url}/covers/none.png`)).status, 404);
        assert.equal((await put("emma.svg", "image/svg+xml", cover)).status, 415);
        assert.equal((await put("emma.png", "image/png", Buffer.alloc(3_000_000))).status, 413);
        assert.equal((await put("..emma", "image/png", cover)).status, 400);
      });

      it("write and read a file with the role's credentials, only for the token", async () => {
        const verify = (method: string, token: string) =>
          ask(`${running.url}/verify/files`, {
            method,
            headers: { Authorization: `Bearer ${token}` },
            body: Buffer.alloc(0),
          });
        assert.equal((await verify("POST", "another")).status, 401);
        assert.equal((await verify("PUT", "a-token")).status, 405);
        const { status, text } = await verify("POST", "a-token");
        assert.equal(status, 200, text);
        const { written, logged } = JSON.parse(text) as { written: string[]; logged: boolean };
        assert.deepEqual([written, logged], [["bucket"], true]);
        const lines = logLines(await docker("logs", running.container));
        assert.ok(lines.some((line) => line.path === "/verify/files" && line.status === 200));
        assert.ok([...cloudDouble.stored.keys()].some((key) => key.startsWith("verify/")));
      });

      it("keep answering after SIGTERM, complete open requests and exit", async () => {
        cloudDouble.storesAfterMs = 4_000;
        const openRequest = ask(`${running.url}/covers/late.png`, {
          method: "PUT",
          headers: { "Content-Type": "image/png" },
          body: Buffer.from("late"),
        });
        await pause(300);
        const stopped = stopApp(running);
        await pause(1_000);
        assert.equal((await ask(`${running.url}/healthz`)).status, 200);
        await until(
          "the listener to close",
          10_000,
          async () => !(await ask(`${running.url}/healthz`).catch(() => undefined)),
        );
        assert.equal((await openRequest).status, 201);
        const { exitCode, milliseconds } = await stopped;
        assert.equal(exitCode, 0);
        assert.ok(milliseconds < 15_000, `the stop took ${milliseconds} ms`);
      });
    });
  }
});

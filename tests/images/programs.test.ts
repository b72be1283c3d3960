/** Bakes the examples that are no WAR with the recipe as it is, and runs their images. */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDocker, type Found, needs } from "../engine/support/toolchain";
import { docker, run } from "../engine/traffic/process";
import { ask, healthy, logLines, type RunningApp, startApp, stopApp } from "./support/app";
import { findDebian, images, importDebian } from "./support/materials";

const programs = [
  {
    name: "node",
    start: "node server.js",
    packages: "nodejs",
    build: 'tar -czf "$1/app.tar.gz" server.js',
    needs: (): Found<string> => ({ found: true, tool: "tar" }),
  },
  {
    name: "go",
    start: "./server",
    packages: "",
    build: 'CGO_ENABLED=0 go build -trimpath -o "$1/server" . && tar -czf "$1/app.tar.gz" -C "$1" server',
    needs: (): Found<string> =>
      spawnSync("go", ["version"]).status === 0
        ? { found: true, tool: "go" }
        : { found: false, reason: "no Go on this machine" },
  },
] as const;

for (const program of programs) {
  describe(`the container image of a program, ${program.name}`, () => {
    const name = `immutable-service-test/${process.pid}-${program.name}`;
    const tags: string[] = [];
    const containers: string[] = [];
    const start = async (...options: string[]): Promise<RunningApp> => {
      const running = await startApp(`${name}:app`, options);
      containers.push(running.container);
      return running;
    };
    const build = async (tag: string, args: Readonly<Record<string, string>>, ...more: string[]) => {
      const flags = Object.entries(args).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
      await docker("build", "--quiet", "--tag", `${name}:${tag}`, ...flags, ...more);
      tags.push(`${name}:${tag}`);
    };

    before(async function () {
      needs(this, findDocker());
      needs(this, findDebian());
      needs(this, program.needs());
      await importDebian(`${name}:debian`);
      tags.push(`${name}:debian`);
      // The context is a folder of its own: the example's may be read-only.
      const folder = await mkdtemp(join(tmpdir(), "immutable-service-program-"));
      try {
        const script = `cd '${join(images, "../examples/apps", program.name)}' && ${program.build}`;
        await run("sh", ["-euc", script, "sh", folder]);
        const args = { RUNTIME: "process", PACKAGES: program.packages, START: program.start };
        const base = { ...args, OS: `${name}:debian`, UPDATED: "2026-11-22", JAVA_PACKAGE: "openjdk-17-jre-headless" };
        await build("base", base, join(images, "container/base"));
        const app = { ...args, BASE: `${name}:base`, WAR: "app.tar.gz", VERSION: "1.4.2" };
        await build("app", app, "--file", join(images, "container/app/Dockerfile"), folder);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
    after(async () => {
      if (containers.length > 0) await docker("rm", "--force", "--volumes", ...containers);
      for (const tag of tags.reverse()) await docker("image", "rm", tag).catch(() => "");
    });

    it("answers with what it is given, as user 1000 with a read-only root file system", async () => {
      const running = await start("--env", "SERVICE_NAME=hello", "--env", "SERVICE_VERSION=1.4.2");
      await healthy(running);
      const version = await ask(`${running.url}/version`);
      assert.deepEqual(
        [version.status, JSON.parse(version.text)],
        [200, { name: "hello", version: "1.4.2", release: "" }],
      );
      assert.equal((await ask(`${running.url}/nothing`)).status, 404);
      assert.equal(await docker("exec", running.container, "id", "-u"), "1000");
      await docker("exec", running.container, "/opt/immutable-service/bin/healthy");
      assert.ok(logLines(await docker("logs", running.container)).some((line) => line.path === "/version"));
    });

    it("keeps serving for a while after SIGTERM, and then ends with 0", async () => {
      const running = await start("--env", "STOP_DELAY=3");
      await healthy(running);
      const stopped = stopApp(running);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal((await ask(`${running.url}/healthz`)).status, 200);
      const { exitCode, milliseconds } = await stopped;
      assert.equal(exitCode, 0);
      assert.ok(milliseconds > 2500 && milliseconds < 15_000, `${milliseconds} ms`);
    });

    it("fails if the program does", async () => {
      const running = await start("--env", "PORT=not-a-port");
      assert.notEqual(await docker("wait", running.container), "0");
    });

    it("has no Java", async () => {
      const files = await docker(
        "run",
        "--rm",
        "--entrypoint",
        "sh",
        `${name}:app`,
        "-c",
        "ls /opt/tomcat; command -v java || true",
      );
      assert.equal(files, "");
    });
  });
}

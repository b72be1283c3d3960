/** The ledger of releases on the real engine: what enters it, what is shortened, and that it is recorded once. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "../../components/spec";
import type { Ledger, LedgerEntry } from "../../components/ledger-entries";
import { changed, failure, noComplaints } from "./support/checks";
import { writeProgram } from "./support/compiled";
import { region } from "./support/emulator";
import { plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { World, type ServiceStack } from "./support/world";

const image = (digit: string) => `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${digit.repeat(64)}`;

describe("engine: the ledger of releases", () => {
  const simulated = new SimulatedReleases();
  let world: World, stack: ServiceStack;
  let first: LedgerEntry | undefined;

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
    const service: ServiceArgs = {
      name: "books",
      version: "1.0.0",
      compute: "container",
      image: image("1"),
      instances: { min: 1, max: 2 },
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      network: { egress: "endpoints" },
      environment: { CATALOGUE: "spring" },
    };
    stack = await world.stack(service);
    commit("begin", "init");
  });

  /** Commits everything that is in the program's folder, and returns the revision. */
  function commit(message: string, ...before: string[]): string {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: stack.run.folder, encoding: "utf8" }).trim();
    if (before.length > 0) git(...before, "--quiet");
    git(
      ...["-c", "user.name=test", "-c", "user.email=test@example.com"],
      ...["commit", "--quiet", "--allow-empty", "--message", message],
    );
    return git("rev-parse", "HEAD");
  }

  const ledger = async () => (await stack.run.outputs()).releases as Ledger;
  const versions = ({ entries }: Ledger) =>
    entries.map(({ version, shape }) => (shape === undefined ? version : `${version} whole`));
  const unchanged = async (flags: readonly string[] = []) => {
    const preview = await stack.run.preview({ flags });
    noComplaints(preview);
    assert.deepEqual(changed(plannedChanges(preview)), []);
  };

  it("has the release that got its traffic, with its time and revision", async () => {
    const revision = commit("1.0.0");
    noComplaints(await stack.up());
    const recorded = await ledger();
    assert.equal(recorded.format, 1);
    assert.deepEqual(versions(recorded), ["1.0.0 whole"]);
    first = recorded.entries[0];
    assert.equal(first?.revision, revision);
    assert.equal(first.image, image("1"));
    assert.match(first.passedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(first.shape?.environment, { CATALOGUE: "spring" });
  });

  it("does not change with the time and the commit, nor with a refresh", async () => {
    commit("another");
    await unchanged();
    await unchanged(["--refresh"]);
    const before = await ledger();
    await stack.up({ instances: { min: 1, max: 3 } });
    assert.deepEqual(await ledger(), before);
  });

  it("shows its values to nobody without --show-secrets", async () => {
    const { stdout } = await stack.run.command(["stack", "output", "--json"]);
    const { releases } = JSON.parse(stdout) as { releases: Record<string, unknown> };
    assert.equal(releases.values, "[secret]");
    assert.ok(Array.isArray(releases.entries));
  });

  it("has the next release in front, and the first one as it was", async () => {
    const revision = commit("1.1.0");
    await stack.up({ version: "1.1.0", image: image("2") });
    const recorded = await ledger();
    assert.deepEqual(versions(recorded), ["1.1.0 whole", "1.0.0 whole"]);
    assert.equal(recorded.entries[0]?.revision, revision);
    assert.deepEqual(recorded.entries[1], first);
    await unchanged();
  });

  it("has no release that failed at its gate", async () => {
    const before = await ledger();
    simulated.broken.add("1.2.0");
    const { name } = failure(await stack.up({ version: "1.2.0" }, { expectFailure: true }));
    assert.match(name, /-gate$/);
    assert.deepEqual(await ledger(), before);
    await stack.up({ version: "1.1.0" });
    assert.deepEqual(await ledger(), before);
  });

  it("has releases before the two newest in the short form, and one that comes back whole again", async () => {
    await stack.up({ version: "1.3.0" });
    await stack.up({ version: "1.4.0" });
    assert.deepEqual(versions(await ledger()), ["1.4.0 whole", "1.3.0 whole", "1.1.0", "1.0.0"]);
    await stack.up({ version: "1.0.0", image: image("1") });
    const recorded = await ledger();
    assert.deepEqual(versions(recorded), ["1.0.0 whole", "1.4.0 whole", "1.3.0", "1.1.0"]);
    assert.deepEqual(recorded.entries[0], first);
    await unchanged();
  });

  it("keeps a release's secret value secret, also in the state and after the next release", async () => {
    const { folder } = stack.run;
    const original = readFileSync(join(folder, "index.ts"), "utf8");
    const environment = '{ ...service, environment: { PASSWORD: pulumi.secret("swordfish") } }';
    const withSecret = original.replace("resolveService(service,", `resolveService(${environment},`);
    writeProgram(folder, `import * as pulumi from "@pulumi/pulumi";\n${withSecret}`);
    await stack.up({ version: "2.0.0" });
    writeProgram(folder, original);
    await stack.up({ version: "2.1.0" });
    const { entries, values } = await ledger();
    assert.deepEqual(entries[1]?.shape?.environment, { PASSWORD: { output: true } });
    assert.deepEqual(values, { [entries[1].id]: { "environment.PASSWORD": "swordfish" } });
    assert.doesNotMatch(JSON.stringify(await stack.run.exportState()), /swordfish/);
    assert.doesNotMatch((await stack.run.command(["stack", "output", "--json"])).stdout, /swordfish/);
    await unchanged();
  });

  it("is read from a backend in S3 too", async () => {
    const { url } = world.emulator;
    assert.equal((await fetch(`${url}/states`, { method: "PUT" })).status, 200);
    const backend = `s3://states?${new URLSearchParams({ endpoint: url, use_path_style: "true", region }).toString()}`;
    const films = { ...stack.service, name: "films", version: "1.0.0", environment: {} };
    const other = await world.stack(films, {}, { PULUMI_BACKEND_URL: backend });
    await other.up();
    await other.up({ version: "1.1.0" });
    const { stdout } = await other.run.command(["stack", "output", "--json"]);
    const { releases } = JSON.parse(stdout) as { releases: Ledger };
    assert.deepEqual(versions(releases), ["1.1.0 whole", "1.0.0 whole"]);
    assert.deepEqual(plannedChanges(await other.preview()), []);
    assert.equal(existsSync(join(other.run.folder, ".state/.pulumi/stacks")), false);
    await other.run.destroy();
  });

  it("ends with the stack", async () => {
    await stack.run.destroy();
    assert.deepEqual((await stack.run.exportState()).deployment.resources ?? [], []);
  });
});

/**
 * A stack on one cloud never loads the other's SDK: it costs a second of every preview, and could be broken for no
 * reason.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CloudName, cloudNames } from "../../components/stack-file/schema";
import { compiledSources } from "../support/compiled";
import { readStackFile } from "../support/stack-file";

const root = join(__dirname, "../..");
const examples = readdirSync(join(root, "examples"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => `examples/${file}`);

/** What belongs to a cloud: its folder, its provider, and the clients that speak to its API. */
const own: Readonly<Record<CloudName, { folder: RegExp; provider: RegExp; clients: RegExp }>> = {
  aws: {
    folder: /\/components\/clouds\/aws\//,
    provider: /\/node_modules\/@pulumi\/aws\//,
    clients: /\/node_modules\/(@aws-sdk|@aws-crypto|@smithy)\//,
  },
  alicloud: {
    folder: /\/components\/clouds\/alicloud\//,
    provider: /\/node_modules\/@pulumi\/alicloud\//,
    clients: /\/node_modules\/@alicloud\//,
  },
};

/** What only a stack that bakes its image needs: Docker's provider, and what packs a machine image's recipe. */
const baking =
  /\/node_modules\/@pulumi\/docker\/|\/components\/(baking\/(container-image|ansible-archive|registry-image)|clouds\/[a-z]+\/(registry|machine-image|bake))\.ts$/;

describe("what a stack loads", () => {
  // A program in a process of its own, on a busy machine.
  for (const cloud of cloudNames)
    it(`is tried with an example on ${cloud}`, () => {
      assert.ok(["Pulumi.dev.yaml", ...examples].some((file) => cloudOf(file) === cloud));
    });

  it("is tried with an example that bakes", () => {
    assert.ok(examples.some(bakes));
  });

  for (const file of ["Pulumi.dev.yaml", ...examples]) {
    it(`${file}: its own cloud's provider, nothing of another cloud, and ${bakes(file) ? "what bakes" : "nothing that bakes"}`, () => {
      const cloud = cloudOf(file);
      const loaded = loadedFor(file);
      const matching = (pattern: RegExp) => loaded.filter((path) => pattern.test(path));
      assert.notDeepEqual(
        matching(own[cloud].folder),
        [],
        "the cloud's own folder is not among what was loaded: the test sees nothing",
      );
      assert.notDeepEqual(matching(own[cloud].provider), []);
      // Its clients are loaded where dynamic resources run, and not in the program.
      assert.deepEqual(matching(own[cloud].clients), []);
      assert.equal(matching(baking).length > 0, bakes(file), matching(baking).join("\n"));
      for (const other of cloudNames.filter((name) => name !== cloud)) {
        for (const pattern of Object.values(own[other])) assert.deepEqual(matching(pattern), [], `of ${other}`);
      }
    });
  }
});

function cloudOf(file: string): CloudName {
  const config = readStackFile(readFileSync(join(root, file), "utf8"));
  return cloudNames.find((name) => name === config["immutable-service:cloud"]) ?? assert.fail(`${file} is on no cloud`);
}

function bakes(file: string): boolean {
  const { image } = readStackFile(readFileSync(join(root, file), "utf8"))["immutable-service:service"] as {
    image: unknown;
  };
  return typeof image === "object" && image !== null && "build" in image;
}

function loadedFor(file: string): string[] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...compiledSources(), join(root, "tests/support/loaded-modules.ts"), join(root, file)],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as string[];
}

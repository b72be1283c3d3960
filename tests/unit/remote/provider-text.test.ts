/** The text by which Pulumi finds a remote module, evaluated as the dynamic provider's process evaluates it. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Gate } from "../../../components/gate";
import { providerText, type RemoteKind } from "../../../components/remote";
import { configValue } from "../../../components/stack-config.remote";
import { run } from "../../support/monitor";
import { printedBy } from "../../support/printed";
import { storedKind } from "../../support/remote-kind";

interface Inputs {
  readonly group: string;
  readonly drain: number;
  readonly size: number;
}
interface Outputs extends Inputs {
  readonly result: string;
}
interface Code {
  create: (inputs: Inputs) => Promise<{ id: string; outs: Outputs }>;
  update: (id: string, before: Partial<Outputs>, inputs: Inputs) => Promise<{ outs: Outputs }>;
  read: (id: string, outputs: Partial<Outputs>) => Promise<{ id: string; props: Partial<Outputs> }>;
  delete: (id: string, outputs: Partial<Outputs>) => Promise<void>;
}

const kind: RemoteKind<Code> = {
  type: "Example",
  module: "clouds/example",
  outputs: { result: undefined },
  replaceOnChanges: ["group"],
  updateOnChanges: ["drain"],
  reads: true,
  deletes: true,
};

/** A kind whose module has neither `read` nor `delete`. */
const plain: RemoteKind<Pick<Code, "create" | "update">> = { ...kind, reads: false, deletes: false };

/** A module that says which one it is. */
const module = (name: string) => `
  exports.create = async (inputs) => ({ id: "${name}", outs: { ...inputs, result: process.cwd() } });
  exports.update = async (id, before, inputs) => ({ outs: { ...inputs, result: "updated" } });
  exports.read = async (id, outputs) => ({ id, props: { ...outputs, result: "read" } });
  exports.delete = async () => { throw new Error("${name} deletes"); };
`;

type Evaluate = (text: string) => { handler(): pulumi.dynamic.ResourceProvider<Inputs, Outputs> };
const evaluate = createRequire(require.resolve("@pulumi/pulumi"))("require-from-string") as Evaluate;
const inputs: Inputs = { group: "group-1", drain: 5, size: 1 };
const outputs: Outputs = { ...inputs, result: "created" };

describe("the text of a dynamic provider", () => {
  const started = process.cwd();
  let root = "";
  // A folder of its own for each test: Node.js remembers where it has found modules.
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "provider-text-")));
  });
  afterEach(() => {
    process.chdir(started);
    rmSync(root, { recursive: true });
  });

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }

  /** The provider as a process in this folder below the root has it. */
  function providerIn(folder: string, of = providerText(kind)) {
    mkdirSync(join(root, folder), { recursive: true });
    process.chdir(join(root, folder));
    const { create, update, read, diff, delete: remove } = evaluate(of).handler();
    return { create, read, remove, update: update ?? assert.fail("no update"), diff: diff ?? assert.fail("no diff") };
  }

  /** The program has its packages in its own folder, tsx among them. */
  const writeTsx = () => {
    write(
      "node_modules/tsx/cjs/api.js",
      `module.exports = require(${JSON.stringify(require.resolve("tsx/cjs/api"))});`,
    );
  };
  const source = () => {
    write("components/clouds/example.remote.ts", `const name: string = "source";${module("source")}`);
    writeTsx();
  };
  const installed = () => {
    const exports = { "./remote/*": "./dist/*.remote.js" };
    write("node_modules/immutable-service/package.json", JSON.stringify({ name: "immutable-service", exports }));
    write("node_modules/immutable-service/dist/clouds/example.remote.js", module("package"));
  };

  it("is small, and one for all resources of a kind", async () => {
    const args = {
      url: "http://unused",
      path: "/",
      header: "1-4-2-9f3ab1-0f3c9a11",
      release: "1",
      answers: 1,
      within: 1,
      timeout: 1,
      group: "group",
    };
    const { resources } = await run(() => {
      new Gate("gate", args);
      new Gate("gate-2", { ...args, header: "1-4-2-9f3ab1-0f3c9a11", release: "2" });
    });
    const [first, second] = resources.map(({ inputs: stored }) => stored.__provider);
    assert.deepEqual(storedKind(first), {
      ...{ type: "Gate", version: storedKind(first).version, replaceOnChanges: ["group"], updateOnChanges: [] },
      ...{
        compiled: "immutable-service/remote/gate",
        source: "components/gate.remote.ts",
        reads: false,
        deletes: false,
      },
    });
    assert.ok(String(first).length < 2000, `${String(first).length} characters`);
    assert.equal(first, second);
  });

  it("finds the source in the program's folder and in those above it", async () => {
    source();
    for (const folder of [".", "deploy", "deploy/aws"]) {
      assert.deepEqual(await providerIn(folder).create(inputs), {
        id: "source",
        outs: { ...inputs, result: join(root, folder) },
      });
    }
  });

  it("prefers the installed package", async () => {
    source();
    installed();
    assert.equal((await providerIn("deploy").create(inputs)).id, "package");
  });

  it("passes every call on to the module", async () => {
    installed();
    const { update, read, remove } = providerIn(".");
    assert.deepEqual(await update("id", outputs, inputs), { outs: { ...inputs, result: "updated" } });
    assert.deepEqual(await read?.("id", outputs), { id: "id", props: { ...outputs, result: "read" } });
    await assert.rejects(async () => remove?.("id", outputs), /package deletes/);
  });

  it("knows without the module what a change means, also of what an earlier version did not record", async () => {
    const { diff } = providerIn(".");
    const cases: [Partial<Outputs>, object][] = [
      [{ group: "group-2" }, { changes: true, replaces: ["group"] }],
      [{ drain: 6 }, { changes: true, replaces: [] }],
      [{ size: 2 }, { changes: false, replaces: [] }],
      [{}, { changes: false, replaces: [] }],
    ];
    for (const [change, expected] of cases)
      assert.deepEqual(await diff("id", outputs, { ...inputs, ...change }), expected);
    assert.deepEqual(await diff("id", { size: 1 } as Outputs, inputs), { changes: false, replaces: [] });
  });

  it("needs no module to delete where deleting does nothing, nor to refresh what is not read", () => {
    const { remove, read } = providerIn(".", providerText(plain));
    assert.deepEqual([Boolean(remove), Boolean(read)], [false, false]);
  });

  it("keeps what is recorded on a refresh without the module, and says so", async () => {
    const { read } = providerIn(".");
    const lines = await printedBy(async () => {
      assert.deepEqual(await read?.("id", outputs), { id: "id", props: outputs });
    });
    assert.match(String(lines), /^cannot refresh Example id: Cannot find module/);
  });

  it("names the resource and the version to install where it cannot delete", async () => {
    const { remove } = providerIn(".");
    await assert.rejects(
      async () => remove?.("id", outputs),
      /^Error: cannot delete Example id: Cannot find module '\.\/components\/clouds\/example\.remote\.ts'\. Install immutable-service \d+\.\d+\.\d+, or check out/,
    );
  });

  it("fails a create for a module that cannot be loaded with the reason", async () => {
    write("components/clouds/example.remote.ts", "throw new Error('broken');");
    writeTsx();
    await assert.rejects(providerIn(".").create(inputs), /broken/);
  });

  it("keeps the stack's configuration in the process, for the module to read", async () => {
    const get = (key: string) => (key === "aws:profile" ? "prod" : "");
    await evaluate(providerText(kind))
      .handler()
      .configure?.({ config: { get, require: get } });
    assert.equal(configValue("aws:profile"), "prod");
    assert.equal(configValue("aws:token"), undefined);
  });

  it("asks a module with a check about an input as soon as that is known, and not before", async () => {
    const checked = { ...kind, checked: "group" } as const;
    process.chdir(root);
    const { check } = evaluate(providerText(checked)).handler();
    // There is no module to load.
    assert.deepEqual(await check?.(inputs, { ...inputs, group: pulumi.runtime.unknownValue }), {
      inputs: { ...inputs, group: pulumi.runtime.unknownValue },
    });
    const failing = `exports.check = async ({ group }: { group: string }) => group === "group-1" ? undefined : "not " + group;`;
    write("components/clouds/example.remote.ts", failing);
    writeTsx();
    assert.deepEqual((await check?.(inputs, inputs))?.failures, []);
    assert.deepEqual((await check?.(inputs, { ...inputs, group: "group-2" }))?.failures, [
      { property: "group", reason: "not group-2" },
    ]);
  });
});

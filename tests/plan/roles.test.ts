import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { roleOf } from "../../plan/derive/roles";

const components = resolve(__dirname, "../../components");
const clouds = ["aws", "alicloud"].filter((cloud) => existsSync(join(components, "clouds", cloud)));

const sources = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"));

describe("the table of roles", () => {
  for (const cloud of clouds) {
    it(`knows every type that ${cloud} registers`, async () => {
      const sdk = (await import(`@pulumi/${cloud}`)) as Record<string, Record<string, { __pulumiType?: string }>>;
      const used = sources(join(components, "clouds", cloud)).flatMap((source) =>
        [...source.matchAll(new RegExp(`new ${cloud}\\.(\\w+)\\.(\\w+)\\(`, "g"))].map(
          ([, module = "", name = ""]) => ({ module, name }),
        ),
      );
      assert.ok(used.length > 0);
      const types = used.map(({ module, name }) => sdk[module]?.[name]?.__pulumiType ?? `${module}.${name}`);
      assert.deepEqual(
        [...new Set(types)].filter((type) => roleOf(type) === "other"),
        [],
      );
    });
  }

  it("knows every type that Docker's provider has a part in", async () => {
    const sdk = (await import("@pulumi/docker")) as unknown as Record<string, { __pulumiType?: string } | undefined>;
    const used = sources(components).flatMap((source) =>
      [...source.matchAll(/new docker\.(\w+)\(/g)].map(([, name = ""]) => name),
    );
    assert.ok(used.length > 1);
    const types = used.map((name) =>
      name === "Provider" ? "pulumi:providers:docker" : (sdk[name]?.__pulumiType ?? name),
    );
    assert.deepEqual(
      types.filter((type) => roleOf(type) !== "image"),
      [],
    );
  });

  it("knows every resource that runs its own code", () => {
    const types = sources(components).flatMap((source) =>
      [...source.matchAll(/RemoteKind<typeof code> = \{\s*type: "(\w+)"/g)].map(
        ([, name = ""]) => `pulumi-nodejs:dynamic/immutable-service:${name}`,
      ),
    );
    assert.ok(types.length > 0);
    assert.deepEqual(
      types.filter((type) => roleOf(type) === "other"),
      [],
    );
  });

  it("counts what it does not know as other", () => {
    assert.equal(roleOf("aws:kms/key:Key"), "other");
  });
});

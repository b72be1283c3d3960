/** The stack file as the real engine reads it, held against the plan's reading. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseYaml } from "../../plan/offline/yaml-file";
import { readStackFile } from "../../plan/offline/stack-file";
import { plan } from "../../plan/plan";
import { misread, readAlike } from "../support/odd-scalars";
import { structuresMisread, structuresReadAlike } from "../support/odd-structures";
import { writeProgram } from "./support/compiled";
import { StackRun } from "./support/stack";
import { findToolchain, needs, repository, type Toolchain } from "./support/toolchain";

/** Writes what the engine has passed to it, and the releases of the service if there is one. It registers nothing. */
const program = `
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { alicloud, aws } from "./components";
import { readOptions as alicloudOptions } from "./components/clouds/alicloud/settings";
import { readOptions as awsOptions } from "./components/clouds/aws/settings";
import { resolveService } from "./components/resolve";
import { readSettings } from "./components/settings";

async function releases() {
  const { cloud, service } = await readSettings({
    aws: async (problems) => { const options = awsOptions(problems); return () => aws(options); },
    alicloud: async (problems) => { const options = alicloudOptions(problems); return () => alicloud(options); },
  });
  return resolveService(service, cloud).releases.map(({ id, shape: { environment } }) => ({ id, environment }));
}

export = async () => {
  const values = pulumi.runtime.allConfig();
  const written = "immutable-service:service" in values ? await releases() : [];
  writeFileSync(join(__dirname, "reading.json"), JSON.stringify({ values, releases: written }));
};
`;

interface Reading {
  readonly values: Readonly<Record<string, string>>;
  readonly releases: readonly { readonly id: string; readonly environment: Readonly<Record<string, string>> }[];
}

/** A stack file with one key for each text that follows a key. */
const fileOf = (values: readonly string[]) =>
  `config:\n${values.map((value, index) => `  odd:key${index}:${value}\n`).join("")}  odd:last: x\n`;

/**
 * The values of `fileOf` in the order of their keys: mappings and lists parsed, as the order of names means nothing.
 */
const valuesOf = (values: Readonly<Record<string, string>>, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const text = values[`odd:key${index}`];
    try {
      return JSON.parse(text ?? "") as unknown;
    } catch {
      return text;
    }
  });

/** Whether the plan refuses one value, or cannot read it. */
function isRefused(value: string): boolean {
  try {
    return parseYaml(fileOf([value]), "Pulumi.test.yaml", "config").problems.length > 0;
  } catch {
    return true;
  }
}

describe("engine: the stack file", () => {
  let toolchain: Toolchain;
  let run: StackRun;
  before(async function () {
    toolchain = needs(this, findToolchain());
    run = await StackRun.create({ toolchain, config: {} });
    writeProgram(run.folder, program);
  });
  after(() => {
    (run as StackRun | undefined)?.remove();
  });

  const engineReads = async (text: string): Promise<Reading> => {
    run.write(text);
    await run.preview();
    return JSON.parse(readFileSync(join(run.folder, "reading.json"), "utf8")) as Reading;
  };

  for (const [what, alike, refused] of [
    ["scalar", readAlike.map((scalar) => ` ${scalar}`), misread.map((scalar) => ` ${scalar}`)],
    ["item of a list", readAlike.map((scalar) => `\n    - ${scalar}`), misread.map((scalar) => `\n    - ${scalar}`)],
    ["structure", structuresReadAlike, structuresMisread],
  ] as const)
    it(`has the same value for the engine and the plan: each ${what}, ${alike.length + refused.length} in all`, async () => {
      assert.deepEqual(alike.filter(isRefused), [], "the plan refuses what both read alike");
      assert.deepEqual(
        refused.filter((value) => !isRefused(value)),
        [],
        "the plan accepts what is read differently",
      );
      const { values } = await engineReads(fileOf(alike));
      const planned = readStackFile(run.folder, "test");
      assert.deepEqual(planned.problems, []);
      assert.equal(values["odd:last"], "x");
      const [ofEngine, ofPlan] = [valuesOf(values, alike.length), valuesOf(planned.values, alike.length)];
      for (const [index, value] of alike.entries())
        assert.deepEqual(ofPlan[index], ofEngine[index], `the plan and the engine differ in ${JSON.stringify(value)}`);
    });

  const image = `registry.example.com/bookstore@sha256:${"a".repeat(64)}`;
  const service = (rest: string) => `config:
  aws:region: us-east-1
  immutable-service:cloud: aws
  immutable-service:service:
    name: bookstore
    version: 1.4.2
    compute: container
    image: ${image}
${rest}`;
  const examples = ["aws-container", "aws-vm", "aws-canary", "alicloud-vm", "alicloud-container"].map(
    (name): [string, string] => [name, readFileSync(join(repository, "examples", `Pulumi.${name}.yaml`), "utf8")],
  );
  for (const [title, text] of [
    ...examples,
    [
      "quotes",
      service(`    environment: {A: "0123", B: '2024-01-15', C: "1.10", D: "true", E: " ", F: yes, G: 1.2.3}\n`),
    ],
    [
      "numbers",
      service(
        "    port: 08e1\n    size: {cpu: .5, memoryGiB: 1.}\n    disk: {sizeGiB: 2e1}\n    health: {startWithin: 240}\n",
      ),
    ],
    [
      "blocks",
      service(
        '    environment:\n      A: |\n        a\n          b\n\n      B: >-\n        c\n        d\n\n        e\n      C: "x\\\n         y"\n',
      ),
    ],
    [
      "signs",
      service(
        '    environment: {A: "\\u00e9\\U0001F600", B: é漢😀, C: <a&b>, D: "a\\tb", E: "\\u2028"}\n    command: [sh, -c, "a\\nb"]\n',
      ),
    ],
    [
      "aliases",
      `shared: &shared {A: "1", B: "2"}\n${service("    environment: {<<: *shared, B: x}\n    tags: {<<: *shared}\n")}`,
    ],
    [
      "releases",
      service(
        `    releases:\n      - {version: 1.4.1, image: "${image}", weight: 10, environment: {A: off}, health: {path: /x}}\n`,
      ),
    ],
  ] as const)
    it(`makes the same releases in the plan and in the engine: ${title}`, async () => {
      const { releases } = await engineReads(text);
      const { services } = await plan({ root: repository, stack: "test", configFile: run.file });
      assert.ok(releases.length > 0);
      assert.deepEqual(
        services.flatMap(({ description }) =>
          description.service.releases.map(({ id, shape: { environment } }) => ({ id, environment })),
        ),
        releases,
      );
    });

  it("refuses numbers, and dates without quotes, which the engine has rendered", async () => {
    run.write(service("    environment: {ZIP: 0123, SINCE: 2024-01-15}\n    tags: {since: 2024-01-15T10:20:30Z}\n"));
    const { diagnostics } = await run.preview({ expectFailure: true });
    const printed = diagnostics.map(({ message }) => message).join("\n");
    assert.match(printed, /environment\.ZIP: must be a string, got 83; put it in quotes/);
    assert.match(printed, /environment\.SINCE: is what the engine makes of a date.*"2024-01-15"/);
    assert.match(printed, /tags\.since: is what the engine makes of a date.*"2024-01-15T10:20:30Z"/);
  });

  it("refuses an encrypted value inside the service, in the engine for the key and in the plan at its place", async () => {
    run.write(service("    environment: {A: b}\n"));
    const path = "immutable-service:service.environment.TOKEN";
    const set = await run.command(["config", "set", "--secret", "--path", path, "swordfish"]);
    assert.equal(set.exitCode, 0, set.stderr);
    const { diagnostics, stdout } = await run.preview({ expectFailure: true });
    const printed = diagnostics.map(({ message }) => message).join("\n");
    assert.match(printed, /immutable-service:service: has an encrypted value.*give a reference under secrets/);
    assert.doesNotMatch(printed + stdout, /swordfish|must be/);
    await assert.rejects(
      plan({ root: repository, stack: "test", configFile: run.file }),
      /immutable-service:service\.environment\.TOKEN: is encrypted.*give a reference under secrets \(line \d+\)/,
    );
  });

  it("has a warning for what looks like a credential, without the value", async () => {
    const whole = await StackRun.create({ toolchain, config: {} });
    try {
      whole.write(
        service("    environment: {DB_PASSWORD: swordfish}\n").replace(
          "config:\n",
          "config:\n  aws:skipCredentialsValidation: true\n  aws:skipRequestingAccountId: true\n",
        ),
      );
      const warnings = (await whole.preview()).diagnostics.filter(({ severity }) => severity === "warning");
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]?.message ?? "", /^environment\.DB_PASSWORD looks like a credential/);
      assert.match(warnings[0]?.urn ?? "", /immutable:service:ImmutableService::bookstore$/);
      assert.doesNotMatch(JSON.stringify(warnings), /swordfish/);
    } finally {
      whole.remove();
    }
  });

  it("may have an encrypted value elsewhere", async () => {
    run.write(service("    environment: {A: b}\n"));
    const set = await run.command(["config", "set", "--secret", "alicloud:secretKey", "swordfish"]);
    assert.equal(set.exitCode, 0, set.stderr);
    await run.preview();
  });
});

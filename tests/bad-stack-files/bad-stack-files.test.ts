import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SettingsError } from "../../components/stack-file/problems";
import program from "../../index";
import { clouds } from "../support/clouds";
import { run } from "../support/monitor";
import { asEngineConfig, type StackConfig } from "../support/stack-file";
import { good } from "./base";
import type { Case } from "./case";
import { large } from "./large";

function stackFileOf({ base = "container", service = {}, without = [], settings = {} }: Case): StackConfig {
  const whole = { ...(good[base]["immutable-service:service"] as object), ...service };
  const kept = Object.fromEntries(Object.entries(whole).filter(([field]) => !without.includes(field)));
  const config: Record<string, unknown> = { ...good[base], "immutable-service:service": kept, ...settings };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

/** What no message may show: the values under `secrets`, and those of credentials. */
function hiddenIn(value: unknown, isHidden = false): string[] {
  if (typeof value !== "object" || value === null) return isHidden ? [String(value)] : [];
  return Object.entries(value).flatMap(([name, part]) =>
    hiddenIn(part, isHidden || name === "secrets" || name === "DB_PASSWORD"),
  );
}

describe("bad stack files", () => {
  for (const [name, config] of Object.entries(good)) {
    it(`the ${name} stack file that the cases change is valid`, async () => {
      const { error } = await run(program, {
        config: asEngineConfig(config),
        outputsOf: clouds[config["immutable-service:cloud"] as keyof typeof clouds].outputsOf,
      });
      assert.equal(error, undefined);
    });
  }

  it("reports a service with an encrypted value by its key alone, and shows nothing of it", async () => {
    const config = asEngineConfig(
      stackFileOf({ title: "", service: { compute: "swordfish" }, settings: {}, problems: {} }),
    );
    const { resources, error } = await run(program, { config, secretKeys: ["immutable-service:service"] });
    assert.ok(error instanceof SettingsError);
    assert.deepEqual(
      error.problems.map(({ path }) => path),
      ["immutable-service:service"],
    );
    assert.match(error.message, /has an encrypted value.*give a reference under secrets/);
    assert.doesNotMatch(error.message, /swordfish/);
    assert.deepEqual(resources, []);
  });

  it("accepts an encrypted value of another key", async () => {
    const { error } = await run(program, {
      config: asEngineConfig(good.container),
      secretKeys: ["alicloud:secretKey"],
      outputsOf: clouds.aws.outputsOf,
    });
    assert.equal(error, undefined);
  });

  const files = ["fields", "habits", "together", "aws", "alicloud", "build", "stack"].map(
    (file): [string, readonly Case[]] => [file, parse(readFileSync(join(__dirname, `${file}.yaml`), "utf8")) as Case[]],
  );
  for (const [file, cases] of [...files, ["large", large] as const]) {
    describe(file, () => {
      for (const bad of cases) {
        it(`reports ${bad.title}`, async () => {
          const { resources, error } = await run(program, { config: asEngineConfig(stackFileOf(bad)) });
          assert.ok(error instanceof SettingsError, `wanted a SettingsError, got ${error?.stack}`);
          assert.deepEqual(
            error.problems.map(({ path }) => path).sort(),
            Object.keys(bad.problems).sort(),
            error.message,
          );
          for (const { path, message } of error.problems) {
            assert.ok(
              message.includes(bad.problems[path] ?? ""),
              `${path}: wanted "${bad.problems[path]}", got "${message}"`,
            );
            // The list gives one line to each problem, and a sentence in it has no full stop.
            assert.doesNotMatch(message, /\n|\.$/);
            assert.ok(error.message.includes(`  ${path}: ${message}`));
          }
          for (const secret of hiddenIn(bad.service))
            assert.ok(!error.message.includes(secret), `shows ${secret}: ${error.message}`);
          assert.doesNotMatch(error.stack ?? "", /\n\s+at /, "Pulumi would take up to a minute to color its frames");
          assert.deepEqual(resources, [], "a resource was registered before the error");
        });
      }
    });
  }
});

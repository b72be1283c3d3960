/** What the plan says of the traffic with the stack's outputs, and without. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { keyOf } from "../../components/id";
import type { Plan, Update } from "../../plan/contract";
import { type Outcome, committedProject, stackFile } from "./project";

const rollout = "    rollout: {steps: [5, 50], pause: 180, bake: 180}\n";
const times =
  "canary 5/50/100 %, 540 s (9 min), at most 1080 s (18 min), back within 215 s (3 min 35 s) once it turns bad";
const ruleType = "pulumi-nodejs:dynamic/immutable-service:TrafficRule";
const old = "1-4-1-000000";
const secret = "s3cr3t";

describe("the plan with the stack's outputs", () => {
  const made = committedProject();
  let release = "";

  const recorded = (id: string) => ({ id, version: "1.0.0", image: "a", passedAt: "2026-11-22T08:00:00.000Z" });
  const deployedWith = (releases: readonly { id: string; weight: number }[], change: object = {}) => ({
    ...{ format: 1, name: "bookstore", cloud: "aws", region: "us-east-1", network: { cidr: "10.0.0.0/16" } },
    ...{ internal: false, digest: "0", attempt: 3, resources: keyOf(ruleType, "bookstore-traffic-split-http") },
    releases,
    ...change,
  });
  const outputsWith = (ids: readonly string[], deployed: object | null) => ({
    url: "http://example.com",
    releaseKey: secret,
    releases: { format: 1, entries: ids.map(recorded), values: { [old]: { "environment.TOKEN": secret } } },
    deployed,
  });
  const serving = deployedWith([{ id: old, weight: 100 }]);

  const write = (outputs: unknown) => {
    made.project.write("outputs.json", JSON.stringify(outputs));
  };
  const planned = async (...args: string[]): Promise<Outcome> => {
    const outcome = await made.project.plan(...args);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.doesNotMatch(outcome.stdout + outcome.stderr, new RegExp(secret));
    return outcome;
  };
  const jsonOf = async (...args: string[]) => JSON.parse((await planned("--format", "json", ...args)).stdout) as Plan;
  const updateWith = async (outputs: unknown): Promise<Update> => {
    write(outputs);
    const { services } = await jsonOf("--ledger", "outputs.json");
    return services[0]?.update ?? assert.fail("no service");
  };
  const titles = ({ steps }: Update) =>
    steps.filter(({ appliesTo }) => appliesTo === "beside").map(({ title }) => title);

  before(async () => {
    made.project.write("Pulumi.dev.yaml", stackFile + rollout);
    release = (await jsonOf()).services[0]?.description.service.releases[0].id ?? "";
  });
  beforeEach(() => {
    made.project.write("Pulumi.dev.yaml", stackFile + rollout);
  });

  it("plans both cases without them", async () => {
    const text = `If ${release} has not had traffic: ${times}; if it has, or is the first one: at once, without steps.`;
    const { services } = await jsonOf();
    const [{ update } = assert.fail()] = services;
    assert.deepEqual(
      update.traffic.map(({ releases, ledger, inSteps }) => [releases, ledger, inSteps]),
      [[[release], "unknown", undefined]],
    );
    assert.ok(update.traffic[0]?.sentence.startsWith(text), update.traffic[0]?.sentence);
    assert.match(update.traffic[0]?.sentence ?? "", /is not known: see --ledger\.$/);
    for (const format of ["text", "markdown"]) {
      const { stdout } = await planned("--format", format);
      assert.ok(oneLine(stdout).includes(text), stdout);
    }
  });

  it("says which release moves to which, in which steps, for a new one", async () => {
    const sentence = `Release ${old} → ${release}, ${times}.`;
    const update = await updateWith(outputsWith([old], serving));
    assert.deepEqual(update.traffic, [{ releases: [release], ledger: "new", inSteps: true, sentence }]);
    assert.deepEqual(update.rollout?.releases, { before: [old], after: [release] });
    assert.deepEqual(titles(update), ["5 % of requests", "50 % of requests", "all requests"]);
    assert.doesNotMatch(JSON.stringify(update), /skipped if the release has had/);
    for (const format of ["text", "markdown"]) {
      const { stdout } = await planned("--format", format, "--ledger", "outputs.json");
      assert.ok(oneLine(stdout).includes(sentence), stdout);
      assert.doesNotMatch(stdout, /is not known/);
    }
  });

  it("has no steps for a release of the ledger, for one that serves, and for the first one", async () => {
    const now = deployedWith([{ id: release, weight: 100 }]);
    for (const [outputs, ledger, words] of [
      [outputsWith([old, release], serving), "recorded", /has had traffic before: .* back at once, without steps\.$/],
      [outputsWith([], now), "recorded", /has traffic already: it takes no steps\.$/],
      [outputsWith([], null), "first", /is the first one: it gets its requests at once, without steps\.$/],
    ] as const) {
      const update = await updateWith(outputs);
      assert.deepEqual(
        update.traffic.map((move) => [move.releases, move.ledger, move.inSteps]),
        [[[release], ledger, false]],
      );
      assert.match(update.traffic[0]?.sentence ?? "", words);
      assert.equal(update.rollout, undefined);
      assert.deepEqual(titles(update), []);
      assert.equal(update.maxSecondsToSwitch, 360);
    }
  });

  it("has no steps where the rule that moves the traffic is new, as with tls", async () => {
    const update = await updateWith(
      outputsWith([old], { ...serving, resources: keyOf(ruleType, "bookstore-traffic-split-https") }),
    );
    assert.deepEqual(titles(update), []);
    assert.match(update.traffic[0]?.sentence ?? "", /is new, and gets its requests at once: the rule .* is created/);
  });

  it("names every release of a canary", async () => {
    const image = `registry.example.com/bookstore@sha256:${"a".repeat(64)}`;
    const other = `    releases: [{version: 1.4.1, image: "${image}", weight: 90}]\n`;
    made.project.write("Pulumi.dev.yaml", stackFile + rollout + other);
    const [, older = assert.fail()] = (await jsonOf()).services[0]?.description.service.releases ?? [];
    const update = await updateWith(outputsWith([older.id], deployedWith([{ id: older.id, weight: 100 }])));
    assert.deepEqual(
      update.traffic.map(({ releases, ledger, inSteps }) => [releases, ledger, inSteps]),
      [
        [[release], "new", true],
        [[older.id], "recorded", false],
      ],
    );
    const back = await updateWith(outputsWith([old, older.id], serving));
    assert.match(
      back.traffic[1]?.sentence ?? "",
      /has had traffic before: it gets its requests back with the last step/,
    );
    const first = await updateWith(outputsWith([], null));
    assert.deepEqual(
      first.traffic.map(({ ledger }) => ledger),
      ["first", "first"],
    );
  });

  it("says without rollout that a new release gets its requests at once", async () => {
    made.project.write("Pulumi.dev.yaml", stackFile);
    const update = await updateWith(outputsWith([old], serving));
    assert.match(update.traffic[0]?.sentence ?? "", /is new, and gets its requests at once: rollout is not set\.$/);
    assert.deepEqual((await jsonOf()).services[0]?.update.traffic, []);
  });

  it("goes by what serves, also against another commit, and says it in one sentence for a pull request", async () => {
    write(outputsWith([old], serving));
    const sentence = `Release ${old} → ${release}, ${times}.`;
    const against = ["--against", made.commit, "--ledger", "outputs.json"];
    const { changes } = await jsonOf(...against);
    assert.deepEqual(
      changes?.services[0]?.update?.traffic.map((move) => move.sentence),
      [sentence],
    );
    for (const format of ["text", "markdown"])
      assert.ok(oneLine((await planned("--format", format, ...against)).stdout).includes(sentence));
    made.project.write("Pulumi.dev.yaml", stackFile.replace("1.4.2", "1.5.0") + rollout);
    const unknown = await planned("--format", "markdown", "--against", made.commit);
    assert.match(
      unknown.stdout,
      /If 1-5-0-\w+ has not had traffic: release 1-4-2-\w+ → 1-5-0-\w+, canary 5\/50\/100 %/,
    );
  });

  it("changes nothing else in the plan", async () => {
    write(outputsWith([old], serving));
    const [without, known] = [await jsonOf(), await jsonOf("--ledger", "outputs.json")];
    assert.deepEqual(without.resources, known.resources);
    assert.deepEqual(without.warnings, known.warnings);
  });

  it("warns of an update that is refused by what was deployed", async () => {
    write(outputsWith([old], { ...serving, region: "eu-central-1" }));
    const { warnings } = await jsonOf("--ledger", "outputs.json");
    assert.match(
      warnings.join("\n"),
      /By the stack's outputs, pulumi up refuses this update: aws:region: cannot change/,
    );
  });

  it("reads them from standard input", async () => {
    const child = spawn(process.execPath, [...made.project.typescript, "plan/main.ts", "--ledger", "-"], {
      cwd: made.project.folder,
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(JSON.stringify(outputsWith([old], serving)));
    let stdout = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) stdout += String(chunk);
    assert.ok(oneLine(stdout).includes(`Release ${old} → ${release}, ${times}.`), stdout);
  });

  it("prints no plan for a file that it cannot read, and names it", async () => {
    made.project.write("outputs.json", `${secret}: no JSON`);
    for (const [file, problem] of [
      ["outputs.json", /^outputs\.json is not JSON: --ledger takes/],
      ["missing.json", /^cannot read missing\.json: ENOENT.*--ledger takes/],
    ] as const) {
      const { code, stdout, stderr } = await made.project.plan("--ledger", file);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, problem);
      assert.doesNotMatch(stderr, new RegExp(secret));
    }
  });
});

/** Printed text with its line breaks as spaces, and without Markdown's escapes. */
function oneLine(printed: string): string {
  return printed.replaceAll("\\", "").replace(/\s+/g, " ");
}

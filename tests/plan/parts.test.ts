import assert from "node:assert/strict";
import type { Description } from "../../components/service";
import type { Trigger } from "../../components/spec";
import { changeInWords, changesBetween } from "../../plan/derive/differences";
import { factsOf } from "../../plan/derive/facts";
import { notesOf } from "../../plan/derive/notes";
import { table } from "../../plan/render/tables";
import { updateFor, updateOf } from "../../plan/derive/update";
import { duration, triggerInWords } from "../../plan/render/words";

const description = (
  change: {
    scaling?: Trigger[];
    gate?: Partial<Description["service"]["gate"]>;
    instances?: { min: number; max: number; start: number };
  } = {},
): Description => ({
  cloud: "aws",
  region: "us-east-1",
  launchSeconds: 90,
  notes: [],
  service: {
    name: "bookstore",
    compute: "container",
    releases: [
      {
        id: "1-0-0-abcdef",
        version: "1.0.0",
        shape: {
          name: "bookstore",
          compute: "container",
          image: { reference: "i" },
          architecture: "x86_64",
          port: 8080,
          size: { cpu: 1, memoryGiB: 2 },
          disk: { sizeGiB: 20 },
          aws: { rootDevice: "/dev/xvda" },
          command: undefined,
          environment: {},
          secrets: {},
          files: false,
          share: undefined,
          instance: { label: "Fargate 1 vCPU, 2 GiB", templateRevision: 1 },
        },
        heldInputs: [],
        instances: change.instances ?? { min: 2, max: 6, start: 2 },
        weight: 100,
        becomes: "Fargate 1 vCPU, 2 GiB",
      },
    ],
    build: undefined,
    health: { path: "/healthz", interval: 5, timeout: 2, healthyAfter: 10, unhealthyAfter: 10, startWithin: 180 },
    files: undefined,
    logs: { retentionDays: 30 },
    scaling: change.scaling ?? [{ kind: "metric", metric: "cpu", target: 60 }],
    network: { cidr: "10.0.0.0/16", zones: 2, egress: "nat" },
    loadBalancer: { internal: false, allowFrom: ["0.0.0.0/0"], drain: 30, idleTimeout: 60 },
    certificate: undefined,
    gate: { from: "here", answers: 3, within: 60, ...change.gate },
    policyArns: [],
    tags: {},
  },
});

const schedule = (when: string, min: number, max: number): Trigger => ({
  kind: "schedule",
  schedule: when,
  timezone: "UTC",
  min,
  max,
});

describe("the parts of a plan", () => {
  it("adds up how long an update may take", () => {
    const { steps, trafficMovedWithin, overWithin } = updateOf(description());
    assert.deepEqual(
      steps.map(({ atMost }) => atMost),
      [0, 0, 280, 60, 0, 120],
    );
    assert.equal(trafficMovedWithin, 340);
    assert.equal(overWithin, 460);
  });

  it("says without a gate that only the load balancer's own health check decides", () => {
    const none = description({ gate: { from: "none" } });
    assert.equal(updateOf(none).trafficMovedWithin, 280);
    assert.match(notesOf(none).join("\n"), /only the load balancer's own health check decides/);
    assert.match(JSON.stringify(factsOf(none)), /only the load balancer's own health check decides/);
  });

  it("takes only those steps that the releases need", () => {
    const update = updateOf(description());
    assert.equal(
      updateFor(update, [{ id: "a", fate: "stays", weightBefore: 100, weightAfter: 100, differs: [] }]).steps.length,
      0,
    );
    assert.deepEqual(
      updateFor(update, [
        { id: "a", fate: "goes", weightBefore: 10, differs: [] },
        { id: "b", fate: "stays", weightBefore: 90, weightAfter: 100, differs: [] },
      ]).steps.map(({ of }) => of),
      ["either", "goes"],
    );
    assert.equal(updateFor(update, [{ id: "a", fate: "comes", weightAfter: 100, differs: [] }]).overWithin, 340);
  });

  it("warns of a schedule that nothing takes back", () => {
    const raise = schedule("0 8 * * *", 4, 12);
    assert.match(
      notesOf(description({ scaling: [raise] })).join("\n"),
      /"0 8 \* \* \*" on there are 4 to 12 instances instead of 2 to 6, for good/,
    );
    assert.doesNotMatch(
      notesOf(description({ scaling: [raise, schedule("0 20 * * *", 2, 6)] })).join("\n"),
      /for good/,
    );
    assert.match(notesOf(description({ scaling: [raise, schedule("0 20 * * *", 4, 6)] })).join("\n"), /for good/);
  });

  it("warns of no spare, of a fixed number and of triggers that are missing", () => {
    assert.match(
      notesOf(description({ scaling: [], instances: { min: 1, max: 1, start: 1 } })).join("\n"),
      /no spare[\s\S]*fixed at 1/,
    );
    assert.match(notesOf(description({ scaling: [] })).join("\n"), /there are no triggers/);
    assert.match(notesOf(description()).join("\n"), /starts with 2 instances, though there may be 6/);
    assert.doesNotMatch(notesOf(description({ instances: { min: 2, max: 6, start: 6 } })).join("\n"), /starts with/);
  });

  it("finds words", () => {
    assert.equal(
      triggerInWords({ kind: "metric", metric: "requests", target: 600 }),
      "as many as keep requests near 600 per instance and minute",
    );
    assert.equal(triggerInWords(schedule("0 8 * * *", 4, 4)), 'from "0 8 * * *" (UTC) on, 4 instances');
    assert.equal(duration(119), "119 s");
    assert.equal(duration(340), "340 s (5 min 40 s)");
    assert.deepEqual(changesBetween({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }).map(changeInWords), ["a[0].b: 1 → 2"]);
    assert.deepEqual(changesBetween({}, { a: "x" }).map(changeInWords), ["a: none → x"]);
    assert.equal(
      changeInWords({ path: "p", before: `${"x".repeat(100)}1`, after: `${"x".repeat(100)}2` }),
      "p: changed",
    );
    assert.equal(table(["a"], [["x|y\nz"]]), "| a |\n| - |\n| x\\|y<br>z |");
  });
});

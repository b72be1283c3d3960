import assert from "node:assert/strict";
import type { Trigger } from "../../components/spec";
import type { Description, ReleaseChange } from "../../plan/contract";
import { differencesBetween } from "../../plan/derive/differences";
import { factsOf } from "../../plan/derive/facts";
import { notesOf } from "../../plan/derive/notes";
import { updateFor, updateOf } from "../../plan/derive/update";
import { table } from "../../plan/render/tables";
import { updateText } from "../../plan/render/update-text";
import { differenceInWords, duration, triggerInWords } from "../../plan/words";
import { description, launchSeconds } from "./described";

const canary = { steps: [5, 50], pause: 180, bake: 60, watch: { errors: 1, alarms: [] } };
const entry = (id: string) => ({ id, version: "0", image: "i", passedAt: "2026-11-22T08:00:00.000Z", revision: null });
const schedule = (when: string, min: number, max: number): Trigger => ({
  kind: "schedule",
  schedule: when,
  timezone: "UTC",
  min,
  max,
});
const updateWith = (change: Parameters<typeof description>[0] = {}) =>
  updateOf(description(change).service, launchSeconds);
const notesWith = (change: Parameters<typeof description>[0] = {}) => {
  const { notes, warnings } = notesOf(description(change).service);
  return [...warnings, ...notes].join("\n");
};
const kept = (id: string, weightBefore: number, weightAfter: number): ReleaseChange => ({
  id,
  change: "unchanged",
  weightBefore,
  weightAfter,
  differences: [],
});

describe("an update", () => {
  it("takes at most the sum of its steps", () => {
    const { steps, maxSecondsToSwitch, maxSecondsTotal } = updateWith();
    assert.deepEqual(
      steps.map(({ maxSeconds }) => maxSeconds),
      [0, 0, 280, 60, 20, 120],
    );
    assert.equal(maxSecondsToSwitch, 360);
    assert.equal(maxSecondsTotal, 480);
  });

  it("names the parts of each step's time", () => {
    for (const { maxSeconds, detail } of updateWith().steps.filter(({ detail }) => detail.includes(" + "))) {
      const parts = detail.split(" + ").map((part) => Number.parseInt(part, 10));
      assert.equal(
        parts.reduce((sum, seconds) => sum + seconds, 0),
        maxSeconds,
      );
    }
  });

  it("says what keeping the release before costs, and how long it takes to go back to it", () => {
    const note = notesWith({ previous: { keep: true, holdFor: 600 } });
    assert.match(
      note,
      /for 600 s \(10 min\) as many as it had, at most 6, and after that at least 2 instances, as its triggers/,
    );
    assert.match(note, /moves the traffic alone within 600 s \(10 min\); later its group grows first/);
    assert.match(
      notesWith({ previous: { keep: true }, scaling: [] }),
      /for 3600 s .*it keeps them, because there are no triggers/,
    );
    assert.doesNotMatch(notesWith({ previous: { keep: false } }), /without traffic/);
    const facts = factsOf(description({ previous: { keep: true } }));
    assert.deepEqual(facts.find(({ topic }) => topic === "previous release")?.lines, [
      "kept without traffic, and held at its size for 3600 s (60 min)",
    ]);
  });

  it("says which freezes are in force and until when, what passes, and which are over", () => {
    const freeze: Description["service"]["freeze"] = [
      { kind: "period", from: "2026-12-24", to: "2026-12-26", timezone: "Europe/Berlin", reason: "holidays" },
      { kind: "schedule", schedule: "0 16 * * FRI", hours: 64, timezone: "Europe/Berlin", reason: "weekend" },
      { kind: "period", from: "2026-11-27", to: "2026-11-27", timezone: "UTC", reason: "Black Friday" },
    ];
    const notes = (change: Parameters<typeof description>[0], time: string) =>
      notesOf(description(change).service, Date.parse(time)).notes;
    const refused = "an update that brings a release that has not had traffic is refused";
    assert.deepEqual(notes({ freeze }, "2026-12-25T16:00:00Z"), [
      `Frozen until 2026-12-27 00:00 Europe/Berlin (holidays): ${refused}.`,
      `Frozen until 2026-12-28 08:00 Europe/Berlin (weekend): ${refused}.`,
      "freeze[2] (Black Friday) ended at 2026-11-28 00:00 UTC: remove it.",
    ]);
    const freezeOverride = { version: "1.0.0", reason: "a fix" };
    assert.deepEqual(notes({ freeze: freeze.slice(0, 1), freezeOverride }, "2026-12-24T00:00:00Z"), [
      `Frozen until 2026-12-27 00:00 Europe/Berlin (holidays): ${refused}, but for version 1.0.0 (a fix).`,
    ]);
    assert.deepEqual(notes({ freeze: freeze.slice(0, 2) }, "2026-12-22T00:00:00Z"), []);
    assert.deepEqual(factsOf(description({ freeze })).find(({ topic }) => topic === "freezes")?.lines, [
      "from 2026-12-24 to 2026-12-26 (Europe/Berlin): holidays",
      "at 16:00 FRI (Europe/Berlin), for 64 hours: weekend",
      "from 2026-11-27 to 2026-11-27 (UTC): Black Friday",
    ]);
  });

  it("has the steps of a rollout, each with the time for which it is watched", () => {
    const { steps, maxSecondsToSwitch } = updateWith({ rollout: canary });
    const beside = steps.filter(({ appliesTo }) => appliesTo === "beside");
    assert.deepEqual(
      beside.map(({ title, maxSeconds }) => `${title}: ${maxSeconds}`),
      ["5 % of requests: 360", "50 % of requests: 360", "all requests: 300"],
    );
    assert.equal(maxSecondsToSwitch - updateWith({}).maxSecondsToSwitch, 1020);
  });

  it("says in a sentence what a rollout moves, how long that takes, and how fast the way back is", () => {
    const update = updateWith({ rollout: canary });
    const added: ReleaseChange = { id: "b", change: "added", weightAfter: 100, differences: [] };
    const beside = updateFor(update, [{ ...kept("a", 100, 0), change: "removed", weightAfter: undefined }, added]);
    assert.match(
      updateText(beside, 400, "Update"),
      /If b has not had traffic: release a → b, canary 5\/50\/100 %, 420 s \(7 min\), at most 1020 s \(17 min\), back within 215 s \(3 min 35 s\) once it turns bad; if it has,/,
    );
    assert.deepEqual([updateFor(update, [added]).rollout, updateFor(update, [added]).traffic], [undefined, []]);
  });

  it("moves the traffic by the ledger where that is known, whatever the changes are", () => {
    const service = description({ rollout: canary }).service;
    const [{ id, weight }] = service.releases;
    const before = (releases: string[]) => ({
      recorded: { deployed: undefined, ledger: { format: 1, entries: releases.map(entry), values: {} } } as const,
    });
    const entering = updateOf(service, launchSeconds, undefined, before(["0-9-0-abcdef"]));
    assert.deepEqual(
      updateFor(entering, [kept(id, weight, weight)]).steps.map(({ appliesTo }) => appliesTo),
      ["beside", "beside", "beside", "any"],
    );
    assert.match(entering.traffic[0]?.sentence ?? "", /^Release 1-0-0-abcdef, canary 5\/50\/100 %, /);
    const known = updateOf(service, launchSeconds, undefined, before([id]));
    const added: ReleaseChange = { id, change: "added", weightAfter: weight, differences: [] };
    const beside = updateFor(known, [{ ...kept("a", 100, 0), change: "removed", weightAfter: undefined }, added]);
    assert.ok(beside.steps.every(({ appliesTo }) => appliesTo !== "beside"));
    assert.deepEqual(beside.traffic, known.traffic);
  });

  it("has no steps of a rollout where the program does not give the service its last outputs", () => {
    const service = description({ rollout: canary }).service;
    const update = updateOf(service, launchSeconds, undefined, { givesLast: false });
    assert.deepEqual([update.maxSecondsToSwitch, update.rollout], [360, undefined]);
    assert.match(update.traffic[0]?.sentence ?? "", /rollout has no effect, because the program does not give/);
  });

  it("has no time for a gate that does not exist", () => {
    assert.equal(updateWith({ gate: { from: "none" } }).maxSecondsToSwitch, 300);
  });

  it("has only the steps that the releases need", () => {
    const update = updateWith();
    assert.equal(updateFor(update, [kept("a", 100, 100)]).steps.length, 0);
    assert.deepEqual(
      updateFor(update, [
        { id: "a", change: "removed", weightBefore: 10, differences: [] },
        kept("b", 90, 100),
      ]).steps.map(({ appliesTo }) => appliesTo),
      ["any", "removed"],
    );
    const added: ReleaseChange = { id: "a", change: "added", weightAfter: 100, differences: [] };
    assert.equal(updateFor(update, [added]).maxSecondsTotal, 360);
  });
});

describe("the notes of a plan", () => {
  it("say without a gate that the load balancer's health check alone decides, as its fact does", () => {
    const change = { gate: { from: "none" } } as const;
    assert.match(notesWith(change), /the load balancer's health check alone decides/);
    assert.match(JSON.stringify(factsOf(description(change))), /the load balancer's health check alone decides/);
  });

  it("say what the retention rule of images cannot see, and what it deletes of other accounts", () => {
    const build = (keep: number | undefined, pullableBy: readonly string[] = []) => ({
      tag: "0123456789abcdef",
      baseTag: "0123456789abcdef",
      recipe: { folder: "images", artifact: "a.war", from: "i", platform: "linux/amd64" as const, arguments: {} },
      labels: { revision: undefined, source: undefined },
      target: { repository: undefined, registry: undefined, pullableBy, keep },
    });
    assert.doesNotMatch(notesWith({ build: build(undefined, ["123456789012"]) }), /deleted|deletes/);
    assert.match(
      notesWith({ build: build(30) }),
      /for 30 days are deleted .* cannot see what runs without that tag: in other accounts/,
    );
    assert.doesNotMatch(notesWith({ build: build(30) }), /image\.build\.keep deletes/);
    assert.match(
      notesWith({ build: build(30, ["123456789012"]) }),
      /image\.build\.keep deletes images that run in 123456789012/,
    );
  });

  it("warn of a schedule that raises the bounds for good", () => {
    const raise = schedule("0 8 * * *", 4, 12);
    assert.match(
      notesWith({ scaling: [raise] }),
      /at 08:00 daily \(UTC\) raises the bounds to 4 to 12 instances for good: no other schedule lowers them to 2 to 6/,
    );
    assert.doesNotMatch(notesWith({ scaling: [raise, schedule("0 20 * * *", 2, 6)] }), /for good/);
    assert.match(notesWith({ scaling: [raise, schedule("0 20 * * *", 4, 6)] }), /for good/);
  });

  it("warn of a schedule that allows the service to have no instance", () => {
    const morning = schedule("0 7 * * *", 2, 6);
    assert.match(
      notesWith({ scaling: [schedule("0 22 * * *", 0, 6), morning] }),
      /The schedule at 22:00 daily \(UTC\) allows the service to have no instance/,
    );
    assert.doesNotMatch(notesWith({ scaling: [schedule("0 22 * * *", 1, 6), morning] }), /to have no instance/);
  });

  it("warn of a nightly scale-in without a morning, in either bound", () => {
    const night = schedule("0 22 * * *", 1, 2);
    assert.match(
      notesWith({ scaling: [night] }),
      /at 22:00 daily \(UTC\) lowers the bounds to 1 to 2 instances for good: no other schedule raises them to 2 to 6/,
    );
    assert.doesNotMatch(notesWith({ scaling: [night, schedule("0 7 * * *", 2, 6)] }), /for good/);
    assert.match(notesWith({ scaling: [schedule("0 22 * * *", 1, 6)] }), /lowers the bounds to 1 to 6/);
    assert.match(notesWith({ scaling: [schedule("0 22 * * *", 2, 3)] }), /lowers the bounds to 2 to 3/);
    assert.match(notesWith({ scaling: [night, schedule("0 7 * * *", 2, 2)] }), /lowers the bounds to 1 to 2/);
    assert.doesNotMatch(notesWith({ scaling: [night, schedule("0 7 * * *", 4, 12)] }), /lowers/);
  });

  it("warn of a gate from here that may not reach the load balancer", () => {
    const loadBalancer = { internal: false, allowFrom: ["0.0.0.0/0"], drain: 30, idleTimeout: 60 };
    const closed = { ...loadBalancer, allowFrom: ["203.0.113.0/24"] };
    const internal = { ...loadBalancer, internal: true };
    const gate = { from: "here", answers: 3, within: 60 } as const;
    assert.match(
      notesWith({ gate, loadBalancer: internal }),
      /which only the service's network reaches: run updates on/,
    );
    assert.match(notesWith({ gate, loadBalancer: closed }), /which admits only 203\.0\.113\.0\/24: run updates on/);
    assert.doesNotMatch(notesWith({ gate, loadBalancer }), /fails at its gate/);
    for (const other of [
      { ...gate, url: "https://tunnel.example.com" },
      { ...gate, from: "none" as const },
    ])
      assert.doesNotMatch(notesWith({ gate: other, loadBalancer: internal }), /fails at its gate/);
  });

  it("warn of more than 100 variables in a container, with the program's own", () => {
    const variables = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`V${index}`, "a"]));
    const withVariables = (count: number) => notesWith({ environment: variables(count) });
    assert.match(withVariables(96), /has 101 environment variables with the program's own/);
    assert.doesNotMatch(withVariables(95), /environment variables/);
  });

  it("warn of a missing spare, of a fixed number and of missing triggers", () => {
    const instances = { min: 1, max: 1, start: 1 };
    assert.match(notesWith({ scaling: [], instances }), /no spare[\s\S]*fixed at 1/);
    assert.match(notesWith({ scaling: [] }), /There are no triggers/);
  });
});

describe("the words of a plan", () => {
  it("show a trigger's target, and a schedule's time and bounds", () => {
    assert.equal(triggerInWords({ kind: "metric", metric: "cpu", target: 60 }), "target: 60 % CPU");
    assert.equal(triggerInWords({ kind: "metric", metric: "memory", target: 70 }), "target: 70 % memory");
    assert.equal(
      triggerInWords({ kind: "metric", metric: "requests", target: 600 }),
      "target: 600 requests per instance and minute",
    );
    assert.equal(triggerInWords(schedule("0 8 * * *", 4, 4)), "at 08:00 daily (UTC): set min 4, max 4");
    assert.equal(triggerInWords(schedule("30 22 * * 1-5", 1, 2)), "at 22:30 MON-FRI (UTC): set min 1, max 2");
    assert.equal(triggerInWords(schedule("0 8 * * SAT,7", 1, 2)), "at 08:00 SAT,SUN (UTC): set min 1, max 2");
  });

  it("show a schedule that is no time of day as it is", () => {
    for (const pattern of ["*/5 * * * *", "0 8 1 * *", "0 8,20 * * *", "0 8 * 6 MON"])
      assert.equal(triggerInWords(schedule(pattern, 1, 2)), `on schedule "${pattern}" (UTC): set min 1, max 2`);
    assert.match(triggerInWords(schedule("0 8 * * */2", 1, 2)), /^on schedule/);
  });

  it("show long durations in minutes too", () => {
    assert.equal(duration(119), "119 s");
    assert.equal(duration(120), "120 s (2 min)");
    assert.equal(duration(340), "340 s (5 min 40 s)");
  });

  it("show a difference by its path, and cut long values", () => {
    assert.deepEqual(differencesBetween({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }).map(differenceInWords), [
      "a[0].b: 1 → 2",
    ]);
    assert.deepEqual(differencesBetween({}, { a: "x" }).map(differenceInWords), ["a: none → x"]);
    const long = "x".repeat(100);
    assert.equal(differenceInWords({ path: "p", before: `${long}1`, after: `${long}2` }), "p: changed");
  });

  it("escape what would end a cell of a Markdown table", () => {
    assert.equal(table(["a"], [["x|y\nz"]]), "| a |\n| - |\n| x\\|y<br>z |");
  });
});

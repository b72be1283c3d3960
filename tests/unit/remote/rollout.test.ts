/** A rollout: what it moves and when, and what takes the traffic back. */
import assert from "node:assert/strict";
import { now } from "../../../components/clock.remote";
import type { Share } from "../../../components/clouds/checks.remote";
import type { RolloutSettings, Split } from "../../../components/clouds/rollout";
import { type TargetGroupHealth, rollOut } from "../../../components/clouds/rollout.remote";
import { simulatedClock } from "../../support/clock";
import { printedBy } from "../../support/printed";
import { PlayedRule as Rule, healthy, unmeasured } from "../../support/played-rule";

const share = (release: string, weight: number): Share => ({
  ...{ release, version: release, image: "", passed: ["group"], weight },
  targetGroup: release,
});
const settings: RolloutSettings = { steps: [5, 50], pause: 180, bake: 60, watch: unmeasured };

const timeout = { instance: "i-1", reason: "Target.Timeout" };
const ailing: TargetGroupHealth = { healthy: ["i-2"], unhealthy: [timeout] };

const old = new Map([["a", 100]]);
const roll = (rule: Rule, { entering = ["b"], recorded = old, shares = [share("b", 100)], rollout = settings } = {}) =>
  rollOut({ shares, rollout, entering }, rule.live, recorded, rule);

describe("a rollout", () => {
  simulatedClock();

  it("moves the traffic in steps, and watches each as long as it says", async () => {
    const rule = new Rule(old);
    await roll(rule);
    assert.deepEqual(rule.moves, [
      { at: 0, split: { a: 95, b: 5 } },
      { at: 180, split: { a: 50, b: 50 } },
      { at: 360, split: { b: 100 } },
    ]);
    assert.equal(rule.seconds, 420);
  });

  it("holds the sizes of all its releases from before its first step until it has passed, or was taken back", async () => {
    const good = new Rule(old);
    await roll(good);
    assert.deepEqual(good.sizes, ["0: hold a b", "3: let go"]);
    const bad = new Rule(old, { bad: (at) => (at > 200 ? ailing : undefined) });
    await assert.rejects(roll(bad));
    assert.deepEqual(bad.sizes, ["0: hold a b", "3: let go"]);
    const none = new Rule(old);
    await roll(none, { entering: [] });
    assert.deepEqual(none.sizes, []);
  });

  it("is none without a setting, for the first release, and for a release that has had traffic", async () => {
    const rule = new Rule(old);
    await rollOut({ shares: [share("b", 100)], entering: ["b"] }, rule.live, old, rule);
    await roll(rule, { entering: [] });
    const first = new Rule(new Map());
    await roll(first, { recorded: new Map() });
    assert.deepEqual([rule.moves, first.moves], [[], []]);
  });

  for (const [when, seconds, percent] of [
    ["at the first step", 20, 5],
    ["at the last step", 200, 50],
    ["during the bake", 370, 100],
  ] as const)
    it(`gives the traffic back within seconds where the release becomes unhealthy ${when}`, async () => {
      const rule = new Rule(old, {
        bad: (at) => (at >= seconds ? ailing : undefined),
      });
      await assert.rejects(
        roll(rule),
        new RegExp(`taken back: b at ${percent} %: b: its instance i-1 is unhealthy \\(Target.Timeout\\)`),
      );
      const last = rule.moves.at(-1);
      assert.deepEqual(last?.split, { a: 100 });
      assert.ok(last.at - seconds <= 5, `${last.at} s`);
    });

  for (const [when, seconds, percent] of [
    ["at the first step", 20, 5],
    ["during the bake", 370, 100],
  ] as const)
    it(`is aborted and promoted by a tag of the new target group ${when}, which is removed`, async () => {
      const at = (value: string) => {
        const rule: Rule = new Rule(old, {
          asked: () => Promise.resolve(rule.untagged.length === 0 && rule.seconds >= seconds ? value : undefined),
        });
        return rule;
      };
      const aborted = at("abort");
      await assert.rejects(roll(aborted), new RegExp(`taken back: b at ${percent} %: a person has aborted it`));
      assert.deepEqual(aborted.moves.at(-1)?.split, { a: 100 });
      const promoted = at("promote");
      await roll(promoted);
      assert.deepEqual(promoted.moves.length, percent === 5 ? 1 : 3);
      assert.ok(promoted.seconds - seconds <= 5, `${promoted.seconds} s`);
      assert.deepEqual(promoted.sizes.at(-1), `${promoted.moves.length}: let go`);
      assert.deepEqual([aborted.untagged, promoted.untagged], [["b"], ["b"]]);
      await roll(at("other"));
    });

  it("does not begin where it is aborted before, and is taken back where it had been interrupted", async () => {
    const rule = new Rule(old);
    rule.tags.set("b", "abort");
    await assert.rejects(roll(rule), /has not begun, and nothing has moved: a person has aborted it/);
    assert.deepEqual([rule.moves, rule.untagged], [[], ["b"]]);
    const half = new Rule(
      new Map([
        ["a", 50],
        ["b", 50],
      ]),
    );
    half.tags.set("b", "abort");
    await assert.rejects(roll(half), /taken back: b before a step: a person has aborted it/);
    assert.deepEqual(half.moves.at(-1)?.split, { a: 100 });
  });

  it("does not begin where the credentials end before it is over and the traffic back", async () => {
    // 180 s and 180 s of steps, 60 s of bake, and 80 s to give the traffic back.
    const lasting = (seconds: number, live: Split = old) =>
      new Rule(live, { credentialsEnd: () => Promise.resolve(new Date(now() + seconds * 1000)) });
    const early = lasting(490);
    await assert.rejects(
      roll(early),
      /has not begun, and nothing has moved: the credentials end at .*Z, but .* may take until .*Z\. .* last for another 9 min/,
    );
    assert.deepEqual(early.moves, []);
    const late = lasting(600);
    await roll(late);
    assert.equal(late.moves.length, 3);
    const half = new Map([
      ["a", 50],
      ["b", 50],
    ]);
    await roll(lasting(400, half));
    const stopped = lasting(300, half);
    await assert.rejects(roll(stopped), /was interrupted, and cannot go on: the credentials end at .* stays as it is/);
    assert.deepEqual(stopped.moves, []);
  });

  it("prints the target group whose tag cannot be removed", async () => {
    const rule = new Rule(old, { unask: () => Promise.reject(new Error("denied")) });
    rule.tags.set("b", "promote");
    const printed = await printedBy(() => roll(rule));
    assert.match(printed.join("\n"), /the tag that ended the rollout is still on b: denied/);
  });

  it("goes on where an interrupted one had come to, also in its bake", async () => {
    const half = new Rule(
      new Map([
        ["a", 50],
        ["b", 50],
      ]),
    );
    await roll(half);
    assert.deepEqual(
      half.moves.map(({ split }) => split.b),
      [50, 100],
    );
    const whole = new Rule(new Map([["b", 100]]), { bad: (at) => (at > 20 ? ailing : undefined) });
    await assert.rejects(roll(whole), /taken back: b at 100 %/);
    assert.deepEqual(
      whole.moves.map(({ split }) => split),
      [{ b: 100 }, { a: 100 }],
    );
  });

  it("gives nothing to another release that an interrupted update has put into the rule", async () => {
    const rule = new Rule(
      new Map([
        ["a", 50],
        ["x", 50],
      ]),
    );
    await roll(rule);
    assert.deepEqual(rule.moves[0]?.split, { a: 95, b: 5 });
  });

  it("is not disturbed by an instance that still starts, and takes the traffic back where none is left", async () => {
    const starting = new Rule(old, {
      bad: (at) => (at > 50 ? { healthy: ["i-1", "i-2"], unhealthy: [{ ...timeout, instance: "i-3" }] } : undefined),
    });
    await roll(starting);
    assert.equal(starting.live.get("b"), 100);
    const gone = new Rule(old, { bad: (at) => (at > 50 ? { healthy: [], unhealthy: [] } : undefined) });
    await assert.rejects(roll(gone), /taken back: b at 5 %: b: it has no healthy instance/);
  });

  it("moves nothing where a rule would have more target groups than a cloud allows", async () => {
    const before = new Map([
      ["a", 70],
      ["c", 20],
      ["d", 10],
    ]);
    const rule = new Rule(before);
    const shares = ["x", "y", "z"].map((release) => share(release, release === "x" ? 34 : 33));
    await assert.rejects(
      roll(rule, { shares, entering: ["x", "y", "z"], recorded: before }),
      /among 6 target groups, and a rule has 5 at most. Nothing has moved/,
    );
    assert.deepEqual(rule.moves, []);
  });

  it("goes on after a look that fails, and takes the traffic back where none succeeds", async () => {
    const state = { failing: 3 };
    const failing = () => (state.failing-- > 0 ? Promise.reject(new Error("Throttling")) : Promise.resolve(healthy));
    const rule = new Rule(old, { health: failing });
    await roll(rule);
    assert.deepEqual(rule.live.get("b"), 100);
    const blind = new Rule(old, { health: () => Promise.reject(new Error("Throttling")) });
    await assert.rejects(roll(blind), /b at 5 %: its instances cannot be watched: Throttling/);
    assert.deepEqual(blind.moves.at(-1), { at: 35, split: { a: 100 } });
  });

  it("moves nothing where the release is unhealthy already, and takes back what it has", async () => {
    const none: TargetGroupHealth = { healthy: [], unhealthy: [] };
    const rule = new Rule(old, { bad: () => none });
    await assert.rejects(roll(rule), /has not begun, and nothing has moved: b: it has no healthy instance/);
    assert.deepEqual(rule.moves, []);
    const half = new Rule(
      new Map([
        ["a", 50],
        ["b", 50],
      ]),
      { bad: () => none },
    );
    await assert.rejects(roll(half), /taken back: b before a step: b: it has no healthy instance/);
    assert.deepEqual(
      half.moves.map(({ split }) => split),
      [{ a: 100 }],
    );
  });

  it("begins with what the last successful update has set, where an interrupted one gave everything to another", async () => {
    const rule = new Rule(new Map([["x", 100]]));
    await roll(rule);
    assert.deepEqual(rule.moves[0]?.split, { a: 95, b: 5 });
  });

  it("repeats the step at which a canary was interrupted, whatever its weight was rounded to", async () => {
    for (const weight of [10, 15, 30]) {
      const shares = [share("a", 100 - weight), share("b", weight)];
      const first = new Rule(old);
      await roll(first, { shares });
      for (const [index, { split }] of first.moves.entries()) {
        const again = new Rule(new Map(Object.entries(split)));
        await roll(again, { shares });
        assert.deepEqual(
          again.moves.map(({ split }) => split),
          first.moves.slice(index).map(({ split }) => split),
        );
      }
    }
  });

  it("takes the traffic back where a step cannot be set, and says so where that fails too", async () => {
    const state = { moves: 0 };
    const second = new Rule(old, {
      move: () => (++state.moves === 2 ? Promise.reject(new Error("Denied")) : Promise.resolve()),
    });
    await assert.rejects(roll(second), /taken back: b at 50 %: Denied/);
    assert.deepEqual(second.moves.at(-1)?.split, { a: 100 });
    const late = new Rule(old, {
      move: () => (++state.moves % 3 === 0 ? Promise.resolve() : Promise.reject(new Error("Denied"))),
    });
    await assert.rejects(roll(late), /taken back: b at 5 %: Denied/);
    assert.deepEqual(late.moves.at(-1)?.split, { a: 100 });
    const none = new Rule(old, { move: () => Promise.reject(new Error("Denied")) });
    await assert.rejects(roll(none), /failed \(b at 5 %: Denied\), and the traffic could not be taken back: Denied/);
  });

  it("leaves a rule alone that somebody else has changed", async () => {
    const rule: Rule = new Rule(old, {
      read: () =>
        Promise.resolve(
          rule.seconds > 100
            ? new Map([
                ["a", 80],
                ["b", 20],
              ])
            : rule.live,
        ),
    });
    await assert.rejects(roll(rule), /was changed in the cloud while a release was rolled out. It stays as it is/);
    assert.equal(rule.moves.length, 1);
    assert.deepEqual(rule.sizes, ["0: hold a b"]);
  });
});

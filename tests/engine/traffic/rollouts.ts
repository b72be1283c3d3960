/** Rollouts and ways back under load, with the metrics of the requests that the simulated load balancer has sent. */
import assert from "node:assert/strict";
import { backSeconds, stepsOf } from "../../../components/clouds/rollout";
import { sum } from "../../../components/clouds/rollout-metrics";
import type { ServiceArgs } from "../../../components/spec";
import { clockSpeed } from "../../support/clock";
import { failure, noComplaints } from "../support/checks";
import type { EngineRun } from "../support/stack";
import type { RunOptions, ServiceStack } from "../support/world";
import { lateRules } from "./data-plane-options";
import type { LoadTotals, ReleaseTotals } from "./load";

/** A service under load. */
interface RolloutFixture {
  readonly stack: ServiceStack;
  readonly images: { readonly first: string; readonly second: string; readonly flaky: string };
  underLoad(title: string, action: () => Promise<unknown>): Promise<LoadTotals>;
  assertNothingLost(totals: LoadTotals): void;
  /** The ids of what runs the images that are well. */
  instances(): Promise<readonly string[]>;
  /** Seconds until a change of rules takes effect, and milliseconds of a metric's period, after which it is published. */
  pass(times: { readonly ruleDelay: number; readonly metricPeriod: number }): void;
  /** The time of the engine's first call to the cloud since a time, both in milliseconds since 1970. */
  firstCall(since: number): number | undefined;
}

/** Times as fast as written: a rollout of nine minutes takes 54 seconds. */
const speed = 10;
const rollout = { steps: [5, 50], pause: 180, bake: 180, watch: { errors: 1, alarms: [] } };
const settings = {
  rollout,
  health: { path: "/ready", startWithin: 600 },
  gate: { within: 300 },
} satisfies Partial<ServiceArgs>;

/** Which tests of a service run under load, and how strict they are. */
export interface TrafficScope {
  /** Whether they include rollouts and the way back to a release that is kept. */
  readonly rollouts: boolean;
  /** Whether nothing else runs on the machine, so that the engine's own seconds count. */
  readonly quiet: boolean;
}

/** Seconds from the engine's first call to the last response of the release that is left, beside the delay of rules. */
const backWithin = { quiet: 5, busy: 20 };

/** Registers the tests, for a service that is up. */
export function rolloutTests({ rollouts, quiet }: TrafficScope, fixture: () => RolloutFixture): void {
  if (!rollouts) return;
  const up = ({ stack }: RolloutFixture, change: Partial<ServiceArgs>, options: RunOptions = {}): Promise<EngineRun> =>
    stack.up({ ...change, gate: { ...stack.service.gate, ...change.gate } }, { env: clockSpeed(speed), ...options });

  it("loses no request while a version gets its share in steps, in the time that the plan says", async () => {
    const one = fixture();
    one.pass({ ruleDelay: lateRules / speed, metricPeriod: 60_000 / speed });
    const serving = one.stack.service.version;
    const totals = await one.underLoad("in steps", async () => {
      noComplaints(await up(one, { ...settings, version: "1.4.0", image: one.images.first }));
    });
    one.assertNothingLost(totals);
    const { lastAt } = of(totals, serving);
    const { firstAt } = of(totals, "1.4.0");
    const planned = sum(
      stepsOf(rollout)
        .slice(0, -1)
        .map(({ seconds }) => seconds),
    );
    const took = ((lastAt - firstAt) / 1000) * speed;
    console.log(`      5 to 100 %: planned ${planned} s, took ${took.toFixed(0)} s`);
    assert.ok(Math.abs(took / planned - 1) <= 0.1, `planned ${planned} s, took ${took} s`);
  });

  it("takes the requests from a release that answers 500 to one in ten, which has had 5 % of them at most", async () => {
    const one = fixture();
    const totals = await one.underLoad("one in ten fails", async () => {
      const run = await up(one, { version: "1.5.0", image: one.images.flaky }, { expectFailure: true });
      assert.match(failure(run).message, /the rollout was taken back: 1-5-0-/);
    });
    const bad = of(totals, "1.5.0");
    // What fails is what the release itself has answered with 500, and nothing is lost beside that.
    assert.deepEqual(
      [totals.failed, totals.sent - totals.answered],
      [bad.errors, bad.errors],
      JSON.stringify(totals.reasons),
    );
    const seconds = (bad.lastAt - bad.firstAt) / 1000;
    const share = bad.answers / ((totals.sent / totals.seconds) * seconds);
    const planned = backSeconds(rollout, 30);
    console.log(
      `      ${(share * 100).toFixed(1)} % for ${(seconds * speed).toFixed(0)} s (planned ${planned} s); ${bad.errors} of ${totals.sent} failed`,
    );
    assert.ok(seconds * speed <= planned, `${seconds * speed} s`);
    // Five standard deviations of what chance does to so many requests.
    assert.ok(share <= 0.05 + 5 * Math.sqrt((0.05 * 0.95 * share) / bad.answers), `${share * 100} %`);
    await one.stack.up({ version: "1.4.0", image: one.images.first }, { env: clockSpeed(speed) });
  });

  it("goes back to the release that is kept within seconds, and starts no instance", async () => {
    const one = fixture();
    one.pass({ ruleDelay: lateRules, metricPeriod: 60_000 });
    const kept = { previous: { keep: true }, rollout: undefined };
    const { version, image } = one.stack.service;
    noComplaints(await up(one, { ...kept, version: "1.6.0", image: one.images.second }));
    const before = await one.instances();
    const start = Date.now();
    const totals = await one.underLoad("back to the release that is kept", async () => {
      const options = { env: clockSpeed(1) };
      noComplaints(await up(one, { version, image }, options));
    });
    one.assertNothingLost(totals);
    assert.deepEqual(await one.instances(), before);
    const first = one.firstCall(start) ?? assert.fail("no call to the cloud");
    const seconds = (of(totals, "1.6.0").lastAt - first) / 1000 - lateRules;
    console.log(
      `      ${seconds.toFixed(1)} s from the first call to the last response, beside ${lateRules} s of delay`,
    );
    assert.ok(seconds <= backWithin[quiet ? "quiet" : "busy"], `${seconds} s`);
    await up(one, { previous: undefined });
  });
}

/** What a version has answered. */
function of({ releases }: LoadTotals, version: string): ReleaseTotals {
  const isOf = (id: string) => id.startsWith(`${version.replaceAll(".", "-")}-`);
  return Object.entries(releases).find(([id]) => isOf(id))?.[1] ?? assert.fail(`${version} has answered nothing`);
}

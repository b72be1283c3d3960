/** A rollout that watches the load balancer's metrics and alarms, with played requests. */
import assert from "node:assert/strict";
import { date } from "../../../components/clock.remote";
import type { Share } from "../../../components/clouds/checks.remote";
import type { RolloutSettings } from "../../../components/clouds/rollout";
import type { Measurement, MetricPeriod, WatchSettings } from "../../../components/clouds/rollout-metrics";
import type { AlarmState } from "../../../components/clouds/rollout-metrics.remote";
import { rollOut } from "../../../components/clouds/rollout.remote";
import { simulatedClock } from "../../support/clock";
import { PlayedRule, healthy } from "../../support/played-rule";

const minute = 60_000;
const share = (release: string, weight: number): Share => ({
  ...{ release, version: release, image: "", passed: ["group"], weight },
  targetGroup: release,
});
const old = new Map([["a", 100]]);
const times = { steps: [5, 50], pause: 180, bake: 180 };

/** What the test lets happen; times are seconds since the rollout began. */
interface Play {
  /** Requests a second in all. Default: 150. */
  readonly rate?: number;
  /** The share of a release's requests that fails. Default: none. */
  readonly failing?: (release: string, seconds: number) => number;
  readonly latency?: (release: string) => number;
  /** Seconds from a period's end until its data is published. Default: 60. */
  readonly delay?: number;
  readonly metrics?: () => Promise<MetricPeriod[]> | undefined;
  readonly alarms?: (seconds: number) => ReadonlyMap<string, AlarmState>;
  /** What of a period is published. Default: all of it. */
  readonly torn?: (period: MetricPeriod) => MetricPeriod;
}

/** Rolls b out, and returns its rule. */
async function roll(watch: Partial<WatchSettings>, play: Play, settings: Partial<RolloutSettings> = {}, live = old) {
  const began = date();
  const rule: PlayedRule = new PlayedRule(live, {
    health: () => Promise.resolve(healthy),
    metrics: (groups, since) =>
      play.metrics?.() ?? Promise.resolve(measured(groups, since).map(play.torn ?? ((one) => one))),
    alarms: (names) => {
      const states = play.alarms?.((date() - began) / 1000) ?? new Map<string, AlarmState>();
      return Promise.resolve(new Map([...states].filter(([name]) => names.includes(name))));
    },
  });

  /** The share of requests that a release has at a time. */
  const weightAt = (release: string, seconds: number): number => {
    const split = rule.moves.findLast(({ at }) => at <= seconds)?.split ?? Object.fromEntries(seconds < 0 ? old : live);
    return (split[release] ?? 0) / 100;
  };

  /** A release's requests in a period, second by second. */
  function countOf(release: string, start: number): Measurement {
    const { rate = 150, failing = () => 0, latency = () => 20 } = play;
    const counts = { requests: 0, failed: 0 };
    for (let at = start; at < start + minute; at += 1000) {
      const seconds = (at - began) / 1000;
      const requests = rate * weightAt(release, seconds);
      counts.requests += requests;
      counts.failed += requests * failing(release, seconds);
    }
    return { ...counts, latency: counts.requests === 0 ? undefined : latency(release) };
  }

  function measured(groups: readonly string[], since: number): MetricPeriod[] {
    const published = date() - (play.delay ?? 60) * 1000;
    const periods: MetricPeriod[] = [];
    for (let start = Math.floor(since / minute) * minute; start + minute <= published; start += minute)
      periods.push({
        ...{ start, end: start + minute },
        groups: new Map(groups.map((group) => [group, countOf(group, start)])),
      });
    return periods;
  }

  const rollout: RolloutSettings = { ...times, watch: { errors: 1, alarms: [], ...watch }, ...settings };
  const { message } = await rollOut({ shares: [share("b", 100)], rollout, entering: ["b"] }, live, old, rule).then(
    () => ({ message: "" }),
    (error: unknown) => error as Error,
  );
  return { moves: rule.moves, message, seconds: rule.seconds };
}

const percents = (moves: PlayedRule["moves"]) => moves.map(({ split }) => split.b ?? 0);

describe("a rollout with metrics", () => {
  simulatedClock();

  it("takes its time, and no more, for a good release", async () => {
    const { moves, message, seconds } = await roll({}, { failing: () => 0.005 });
    assert.equal(message, "");
    assert.deepEqual(percents(moves), [5, 50, 100]);
    assert.ok(seconds <= 540 + 3 * 15, `${seconds} s`);
  });

  it("gives the traffic back at 5 % where one request in ten fails, within two periods and a publication", async () => {
    const { moves, message } = await roll({}, { failing: (release) => (release === "b" ? 0.1 : 0.001) });
    assert.deepEqual(percents(moves), [5, 0]);
    assert.ok((moves.at(-1)?.at ?? 0) <= 140, `${moves.at(-1)?.at ?? 0} s`);
    assert.match(
      message,
      /taken back: b at 5 %: b: from \d\d:\d\d to \d\d:\d\d UTC, 10 % of [\d,]+ requests failed \(before: 0.1 % of [\d,]+\), 20 ms on average: more than 1 %, and more than 1 % above the releases before it\. .* See https:\/\/console.test\/b$/,
    );
  });

  it("is not disturbed by failures that the releases before have too", async () => {
    const { moves, message } = await roll({}, { failing: (release) => (release === "b" ? 0.055 : 0.05) });
    assert.deepEqual([percents(moves), message], [[5, 50, 100], ""]);
  });

  it("gives the traffic back where the release only breaks during the bake", async () => {
    const { moves, message } = await roll({}, { failing: (_, seconds) => (seconds > 400 ? 0.5 : 0) });
    assert.deepEqual(percents(moves), [5, 50, 100, 0]);
    assert.match(message, /taken back: b at 100 %: b: from .* % of [\d,]+ requests failed \(before: 0 % of/);
  });

  it("watches the average latency where it is given", async () => {
    const slow = { latency: (release: string) => (release === "b" ? 900 : 20) };
    assert.deepEqual(percents((await roll({}, slow)).moves), [5, 50, 100]);
    const { moves, message } = await roll({ latency: 500 }, slow);
    assert.deepEqual(percents(moves), [5, 0]);
    assert.match(message, /900 ms on average: more than 500 ms, for the second time/);
  });

  it("lengthens each step once where there are fewer than 20 requests in a period, and goes on", async () => {
    const { moves, message, seconds } = await roll({}, { rate: 0.3, failing: () => 1 }, { steps: [50] });
    assert.deepEqual([percents(moves), message], [[50, 100], ""]);
    assert.ok(seconds >= 720 && seconds <= 740, `${seconds} s`);
    const enough = await roll({}, { rate: 0.8, failing: (release) => (release === "b" ? 1 : 0) }, { steps: [50] });
    assert.match(enough.message, /taken back/);
  });

  it("lengthens a short step until its first period is published", async () => {
    const { moves, seconds } = await roll({}, {}, { steps: [50], pause: 60, bake: 0 });
    assert.deepEqual(percents(moves), [50, 100]);
    assert.ok(seconds > 120 && seconds <= 200, `${seconds} s`);
  });

  it("goes on where metrics cannot be read for a while, and takes the traffic back where it lasts", async () => {
    const began = date();
    const broken = (from: number, to: number) => ({
      metrics: () => {
        const at = (date() - began) / 1000;
        return at >= from && at < to ? Promise.reject(new Error("ServiceUnavailable")) : undefined;
      },
    });
    assert.deepEqual(percents((await roll({}, broken(30, 90))).moves), [5, 50, 100]);
    const state = { looks: 0 };
    const { moves, message } = await roll(
      {},
      { metrics: () => (state.looks++ === 0 ? undefined : Promise.reject(new Error("ServiceUnavailable"))) },
    );
    assert.deepEqual(percents(moves), [5, 0]);
    assert.match(message, /b at 5 %: its metrics and alarms cannot be watched: ServiceUnavailable/);
  });

  it("moves nothing where metrics cannot be read from the start, or an alarm does not exist", async () => {
    const denied = await roll(
      {},
      { metrics: () => Promise.reject(new Error("AccessDenied: cloudwatch:GetMetricData")) },
    );
    assert.deepEqual(denied.moves, []);
    assert.match(denied.message, /has not begun, and nothing has moved: AccessDenied: cloudwatch:GetMetricData/);
    const { moves, message } = await roll({ alarms: ["on-call"] }, {});
    assert.deepEqual(moves, []);
    assert.match(message, /nothing has moved: rollout.watch.alarms: there is no alarm on-call/);
  });

  it("gives the traffic back where an alarm fires, but not one that fires already", async () => {
    const alarm = (states: (seconds: number) => AlarmState): Play => ({
      alarms: (seconds) => new Map([["on-call", states(seconds)]]),
    });
    const { moves, message } = await roll(
      { alarms: ["on-call"] },
      alarm((seconds) => (seconds > 60 ? "firing" : "ok")),
    );
    assert.deepEqual(percents(moves), [5, 0]);
    assert.match(message, /b at 5 %: the alarm on-call fires/);
    const before = await roll(
      { alarms: ["on-call"] },
      alarm(() => "firing"),
    );
    assert.deepEqual([percents(before.moves), before.message], [[5, 50, 100], ""]);
  });

  it("watches an alarm again once it has been well", async () => {
    const alarms = (seconds: number): ReadonlyMap<string, AlarmState> =>
      new Map([["on-call", seconds < 60 || seconds > 300 ? "firing" : "ok"]]);
    const { moves, message } = await roll({ alarms: ["on-call"] }, { alarms });
    assert.deepEqual(percents(moves), [5, 50, 0]);
    assert.match(message, /b at 50 %: the alarm on-call fires/);
  });

  it("cannot watch an alarm that is deleted meanwhile", async () => {
    const alarms = (seconds: number) => new Map<string, AlarmState>(seconds > 60 ? [] : [["on-call", "ok"]]);
    const { moves, message } = await roll({ alarms: ["on-call"] }, { alarms });
    assert.deepEqual(percents(moves), [5, 0]);
    assert.match(message, /cannot be watched: rollout.watch.alarms: there is no alarm on-call/);
  });

  it("does not call a release bad for one or two failed requests", async () => {
    const few = { rate: 10, failing: (release: string) => (release === "b" ? 0.06 : 0) };
    assert.deepEqual(percents((await roll({}, few, { steps: [5], bake: 0 })).moves), [5, 100]);
  });

  it("waits for the requests of a period whose failures are published already", async () => {
    const torn = (period: MetricPeriod): MetricPeriod => {
      if (period.end + 2 * minute <= date()) return period;
      const without = ([group, measured]: [string, Measurement]) => [group, { ...measured, requests: 0 }] as const;
      return { ...period, groups: new Map([...period.groups].map(without)) };
    };
    const { moves, message } = await roll({}, { torn, failing: () => 0.005 });
    assert.deepEqual([percents(moves), message], [[5, 50, 100], ""]);
  });

  it("lengthens a step for metrics that are late, and takes the traffic back where none come", async () => {
    const { moves, message } = await roll({}, { delay: 240, failing: (release) => (release === "b" ? 1 : 0) });
    assert.deepEqual(percents(moves), [5, 0]);
    assert.match(message, /100 % of/);
    const late = await roll({}, { delay: 500 }, { pause: 60, steps: [50] });
    assert.deepEqual(percents(late.moves), [50, 0]);
    assert.match(
      late.message,
      /no metrics have been published since the step began, although there were requests before/,
    );
  });

  it("leaves the rule of an interrupted rollout as it is where it cannot be watched", async () => {
    const half = new Map([
      ["a", 50],
      ["b", 50],
    ]);
    const denied = { metrics: () => Promise.reject(new Error("socket hang up")) };
    const { moves, message } = await roll({}, denied, {}, half);
    assert.deepEqual(moves, []);
    assert.match(message, /was interrupted, and cannot be watched: socket hang up. The traffic split stays as it is/);
    assert.deepEqual(percents((await roll({}, {}, {}, half)).moves), [50, 100]);
  });
});

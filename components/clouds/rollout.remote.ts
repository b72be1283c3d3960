import { date, now, sleep } from "../clock.remote";
import { isEngineRunning } from "../engine.remote";
import { messageOf } from "../error-message";
import { Blindness } from "./blindness.remote";
import type { Share, TrafficInputs } from "./checks.remote";
import { type EarlyEnd, type EarlyEndCalls, EarlyEnds } from "./rollout-early-end.remote";
import { endsWithin } from "./credentials-end.remote";
import type { HeldSizes } from "./held-sizes.remote";
import {
  type RolloutSettings,
  type RolloutStep,
  type Split,
  areEqual,
  lookEvery,
  mostGroups,
  splitAt,
  stepsOf,
  withRequests,
} from "./rollout";
import { sum } from "./rollout-metrics";
import { type MetricCalls, WatchedMetrics } from "./rollout-metrics.remote";
import { settleSeconds } from "./timings";

/** What a traffic rule needs to know of a rollout. */
export interface RolloutInputs {
  /** How the traffic moves; absent: all at once. */
  readonly rollout?: RolloutSettings | undefined;
  /** The ids of the releases that have had no traffic before. */
  readonly entering?: readonly string[] | undefined;
}

/** A traffic rule in a cloud, as a rollout moves and watches it. */
export interface RolloutCalls extends HeldSizes, MetricCalls, EarlyEndCalls {
  /** The split that the rule in the cloud has. Empty: the rule is gone. */
  read(): Promise<Split>;
  /** Sets the split, and returns once the cloud has it. */
  move(split: Split): Promise<void>;
  /** What the load balancer says of a target group's instances. */
  health(targetGroup: string): Promise<TargetGroupHealth>;
  /** Where a person sees the target group, for the error of a bad release. */
  link(targetGroup: string): string;
  /** When the credentials end for good; undefined: nothing says that they do. */
  credentialsEnd(): Promise<Date | undefined>;
}

/** The instances of a target group, by the load balancer's checks. */
export interface TargetGroupHealth {
  readonly healthy: readonly string[];
  /** Those whose checks fail, with the reason. One that is still starting may be among them. */
  readonly unhealthy: readonly { readonly instance: string; readonly reason: string }[];
}

/** Milliseconds for which every look may fail: what is not seen does not go on. */
const blindFor = { health: 30_000, metrics: 120_000 };
/** Looks in a row that must find another split, before somebody else has set it: a read may be a little old. */
const foreignLooks = 3;
/** Attempts to give the traffic back, and milliseconds between two. */
const takeBackAttempts = 6;
const takeBackPause = 10_000;
/** Seconds that it takes at most to give the traffic back. */
const takeBackSeconds = (takeBackAttempts * takeBackPause) / 1000 + settleSeconds;

/** Ends the rollout and leaves the rule as it is. */
class Ended extends Error {}

/** Ends the steps of the rollout: a person has given the new releases all their requests. */
class Promoted extends Error {}

const aborted = "a person has aborted it";

/**
 * Moves the traffic to the new releases in steps, up to all of it. Returns at once where there is nothing to roll out. An
 * interrupted rollout goes on at the step that it had reached. Where a release turns out to be bad, or cannot be watched, what
 * served before gets its requests back, and the error says why.
 *
 * @param live the split that the rule in the cloud has
 * @param last the split that the last successful update has set
 */
export async function rollOut(
  { shares, rollout, entering = [] }: Pick<TrafficInputs<unknown>, "shares"> & RolloutInputs,
  live: Split,
  last: Split,
  calls: RolloutCalls,
): Promise<void> {
  const fresh = shares.filter(({ release, weight }) => weight > 0 && entering.includes(release));
  // What an interrupted update has put into the rule besides may be as bad as what is to come.
  const known = new Map([...live].filter(([group]) => last.has(group)));
  const before = [known, last, live].map((split) => without(split, fresh)).find(({ size }) => size > 0);
  if (rollout === undefined || fresh.length === 0 || before === undefined) return;
  const names = fresh.map(({ release }) => release).join(" and ");
  const splits = stepsOf(rollout).map((step) => ({ ...step, split: splitAt(step.percent, before, shares, entering) }));
  const groups = Math.max(...splits.map(({ split }) => split.size));
  if (groups > mostGroups)
    throw new Error(
      `the rollout of ${names} would share requests among ${groups} target groups, and a rule has ${mostGroups} at most. ` +
        "Nothing has moved. Change fewer releases in one update.",
    );
  const links = fresh.map(({ targetGroup }) => calls.link(targetGroup)).join(" and ");
  const early = new EarlyEnds(
    calls,
    fresh.map(({ targetGroup }) => targetGroup),
  );
  const takeBackFor = (reason: string) =>
    takeBack(calls, splitAt(0, before, shares, entering), `${names} ${reason}`, links)
      .finally(() => calls.letGo())
      .finally(() => early.obeyed());
  const isResumed = fresh.some(({ targetGroup }) => (live.get(targetGroup) ?? 0) > 0);
  const metrics = new WatchedMetrics(calls, rollout.watch, fresh, [...before.keys()]);
  const watched = new Watched(calls, fresh, metrics, early);
  // A look that fails here fails again below.
  const { ailing, end } = await watched.look().catch(() => ({ ailing: undefined, end: undefined }));
  const blind = await metricsReady(metrics, isResumed);
  const isReached = ({ split }: { readonly split: Split }) =>
    fresh.every(({ targetGroup }) => (split.get(targetGroup) ?? 0) >= (live.get(targetGroup) ?? 0));
  const left = splits.filter((one) => one.percent === 100 || isReached(one));
  const most = sum(left.map(({ mostSeconds }) => mostSeconds)) + takeBackSeconds;
  const stuck = blind ?? endsWithin(most, await calls.credentialsEnd());
  const obstacle = ailing ?? (end === "abort" ? aborted : isResumed ? undefined : stuck);
  if (obstacle !== undefined) {
    if (isResumed) await takeBackFor(`before a step: ${obstacle}`);
    await early.obeyed();
    throw new Error(`the rollout of ${names} has not begun, and nothing has moved: ${obstacle}`);
  }
  if (stuck !== undefined)
    throw new Error(
      `the rollout of ${names} was interrupted, and cannot ${blind === undefined ? "go on" : "be watched"}: ${stuck}. The ` +
        "traffic split stays as it is, until the next update goes on with the rollout or takes it back.",
    );
  await calls.hold([...before.keys(), ...fresh.map(({ targetGroup }) => targetGroup)]);
  for (const step of left) {
    const { percent, seconds, split } = step;
    console.error(`${names}: ${percent} %, watched for ${seconds} s`);
    try {
      await calls.move(split);
      await watched.step(step);
    } catch (error) {
      if (error instanceof Ended) throw error;
      if (error instanceof Promoted) {
        console.error(`${names}: a person has promoted it at ${percent} %: 100 %, not watched`);
        break;
      }
      await takeBackFor(`at ${percent} %: ${messageOf(error)}`);
    }
  }
  await calls.letGo();
  await early.obeyed();
  console.error(`${names}: passed`);
}

/** Reads the metrics and alarms once. Returns why that is not possible; undefined: it is. */
async function metricsReady(metrics: WatchedMetrics, isResumed: boolean): Promise<string | undefined> {
  // An interrupted rollout has requests already: it waits as long as one that is under way.
  const attempts = isResumed ? blindFor.metrics / (lookEvery.metrics * 1000) : 3;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const firing = await metrics.begin(isResumed);
      if (firing.length > 0) console.error(`not watched, because they fire already: ${firing.join(", ")}`);
      return undefined;
    } catch (error) {
      if (attempt >= attempts) return messageOf(error);
      await sleep(lookEvery.metrics * 1000);
    }
  }
}

/** The groups of a split that have requests and belong to no new release. */
function without(split: Split, fresh: readonly Share[]): Split {
  return new Map(
    [...split].filter(([group, weight]) => weight > 0 && fresh.every(({ targetGroup }) => targetGroup !== group)),
  );
}

/** What a look has found. */
interface Look {
  readonly split: Split;
  /** Why a release is bad; undefined: nothing says so. */
  readonly ailing: string | undefined;
  /** How a person ends the rollout; undefined: nobody does. */
  readonly end: EarlyEnd | undefined;
}

/** The new releases during a rollout. */
class Watched {
  /** The instances that have been healthy: only these can become unhealthy, and others may be starting. */
  private readonly known = new Set<string>();
  private readonly blindness = {
    health: new Blindness("its instances cannot be watched", blindFor.health),
    metrics: new Blindness("its metrics and alarms cannot be watched", blindFor.metrics),
  };
  private foreign = 0;
  /** When the metrics are read next. */
  private measure = now();

  constructor(
    private readonly calls: RolloutCalls,
    private readonly fresh: readonly Share[],
    private readonly metrics: WatchedMetrics,
    private readonly early: EarlyEnds,
  ) {}

  /** Watches a step, and longer where the metrics have not judged the releases yet. Throws as `until`. */
  async step({ seconds, mostSeconds, split }: RolloutStep & { readonly split: Split }): Promise<void> {
    if (seconds === 0) return;
    const begun = date();
    const [isJudged, start] = [() => this.metrics.hasJudged(begun), now()];
    await this.until(start + seconds * 1000, split);
    if (isJudged()) return;
    console.error(`not judged by the metrics yet: watched for up to ${mostSeconds - seconds} s more`);
    await this.until(start + mostSeconds * 1000, split, isJudged);
    if (isJudged()) return;
    if (this.metrics.isLate(begun))
      throw new Error("no metrics have been published since the step began, although there were requests before it");
    console.error("not judged by the metrics, for want of requests: the rollout goes on");
  }

  /**
   * Looks until the time is over, or what it waits for is so, and the last look at the metrics has succeeded. Throws for a bad
   * release, and where no look succeeds.
   */
  private async until(end: number, split: Split, isOver = () => false): Promise<void> {
    let isMeasured = false;
    while ((now() < end || !isMeasured) && !isOver()) {
      await sleep(now() < end ? Math.min(lookEvery.health * 1000, end - now()) : lookEvery.health * 1000);
      if (!(await isEngineRunning()))
        throw new Ended("the update was interrupted; the next one goes on with the rollout");
      if (now() >= Math.min(this.measure, end)) isMeasured = await this.measureBefore(end);
      const seen = await this.blindness.health.unless(() => this.look());
      if (seen === undefined) continue;
      this.foreign = isSame(seen.split, split) ? 0 : this.foreign + 1;
      if (this.foreign >= foreignLooks)
        throw new Ended(
          "the traffic split was changed in the cloud while a release was rolled out. It stays as it is, and nobody " +
            "watches the release, until the next update sets it.",
        );
      if (seen.ailing !== undefined) throw new Error(seen.ailing);
      if (seen.end === "abort") throw new Error(aborted);
      if (seen.end === "promote") throw new Promoted();
    }
  }

  /** Looks at the metrics and alarms. Throws for a bad release. Returns whether the look has succeeded. */
  private async measureBefore(end: number): Promise<boolean> {
    const measured = await this.blindness.metrics.unless(() => this.metrics.look());
    this.measure = now() + lookEvery.metrics * 1000;
    const left = Math.max(0, Math.ceil((end - now()) / 1000));
    for (const line of measured?.news ?? []) console.error(`${line}; ${left} s left`);
    if (measured?.bad !== undefined) throw new Error(measured.bad);
    return measured !== undefined;
  }

  /** Looks once, and remembers which instances are healthy. */
  async look(): Promise<Look> {
    const [split, end] = await Promise.all([this.calls.read(), this.early.look()]);
    for (const { release, targetGroup } of this.fresh) {
      const { healthy, unhealthy } = await this.calls.health(targetGroup);
      for (const instance of healthy) this.known.add(instance);
      const ailing = unhealthy.find(({ instance }) => this.known.has(instance));
      if (ailing !== undefined)
        return { split, ailing: `${release}: its instance ${ailing.instance} is unhealthy (${ailing.reason})`, end };
      if (healthy.length === 0) return { split, ailing: `${release}: it has no healthy instance`, end };
    }
    return { split, ailing: undefined, end };
  }
}

/** Whether two splits send the same requests to the same groups. */
function isSame(one: Split, other: Split): boolean {
  return areEqual(withRequests(one), withRequests(other));
}

async function takeBack(calls: RolloutCalls, before: Split, reason: string, links: string): Promise<never> {
  const advice = `To keep the releases that served before, revert the change and update. See ${links}`;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await setBack(calls, before);
    if (failure === undefined) break;
    if (attempt === takeBackAttempts)
      throw new Error(`the rollout failed (${reason}), and the traffic could not be taken back: ${failure}. ${advice}`);
    await sleep(takeBackPause);
  }
  // The release may be deleted next, and some nodes of the load balancer may still send requests to it.
  await sleep(settleSeconds * 1000);
  throw new Error(
    `the rollout was taken back: ${reason}. The releases that served before have all requests again. ${advice}`,
  );
}

/** Sets the split, and reads it. Returns why the rule does not have it; undefined: it has. */
async function setBack(calls: RolloutCalls, before: Split): Promise<string | undefined> {
  try {
    await calls.move(before);
    return isSame(await calls.read(), before) ? undefined : "the rule has another split";
  } catch (error) {
    return messageOf(error);
  }
}

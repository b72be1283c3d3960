import { date } from "../clock.remote";
import type { Share } from "./checks.remote";
import { type MetricPeriod, type WatchSettings, compare, leastRequests, watchesMetrics } from "./rollout-metrics";

/** The metrics and the alarms of a cloud. */
export interface MetricCalls {
  /** The periods that ended after `since`, in milliseconds since 1970, as far as their data is published, the oldest first. */
  metrics(targetGroups: readonly string[], since: number): Promise<readonly MetricPeriod[]>;
  /** The states of alarms by name. One that does not exist is missing. */
  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState>>;
}

/** What an alarm says; `unknown` for one that has no data. */
export type AlarmState = "ok" | "firing" | "unknown";

/** What a look has found. */
export interface Seen {
  /** Why a new release is bad; undefined: nothing says so. */
  readonly bad: string | undefined;
  /** The figures of periods that no look has found before, one text for each period and release. */
  readonly news: readonly string[];
}

/** Milliseconds before the rollout in which the releases before it may have had the requests with which it is compared. */
const history = 3 * 3_600_000;
/** Milliseconds for which a period is read again: its data may still change. */
const recent = 600_000;
/** How many periods later a period counts even if it has more failures than requests: until then some data is missing. */
const mostMissing = 3;

/** The metrics and the alarms of new releases during a rollout. */
export class WatchedMetrics {
  private readonly began = date();
  private readonly groups: readonly string[];
  /** The alarms that have been firing since before the rollout began. */
  private ignored: readonly string[] = [];
  /** By their beginnings, as the last successful read has them. */
  private readonly known = new Map<number, MetricPeriod>();
  private readAt = 0;
  /** The first moment at which a period that counts may end, and begin. */
  private from = { start: 0, end: this.began };
  /** The periods whose figures have been printed, by their beginnings. */
  private readonly printed = new Set<number>();

  /**
   * @param fresh the new releases
   * @param before the target groups of the releases before them
   */
  constructor(
    private readonly calls: MetricCalls,
    private readonly settings: WatchSettings,
    private readonly fresh: readonly Share[],
    private readonly before: readonly string[],
  ) {
    this.groups = [...fresh.map(({ targetGroup }) => targetGroup), ...before];
  }

  /**
   * Reads everything once. Throws for an alarm that does not exist, and where something cannot be read. Returns the alarms that
   * fire already: they are not watched until they have been well, unless a new release may be their reason, because it has requests.
   */
  async begin(hasRequests: boolean): Promise<readonly string[]> {
    const states = await this.alarms();
    this.ignored = hasRequests ? [] : this.settings.alarms.filter((name) => states.get(name) === "firing");
    await this.read(this.began - history);
    // What an earlier attempt has sent to the release in this very minute says nothing of now.
    const hadRequests = this.periods.some(({ groups }) =>
      this.fresh.some(({ targetGroup }) => (groups.get(targetGroup)?.requests ?? 0) >= leastRequests),
    );
    if (hadRequests) this.from = { start: this.began, end: this.began };
    return this.ignored;
  }

  /** Reads the alarms and the metrics. */
  async look(): Promise<Seen> {
    const states = await this.alarms();
    this.ignored = this.ignored.filter((name) => states.get(name) === "firing");
    const firing = this.settings.alarms.find((name) => states.get(name) === "firing" && !this.ignored.includes(name));
    // The metrics may not be readable now, and are not needed.
    if (firing !== undefined) return { bad: `the alarm ${firing} fires`, news: [] };
    await this.read(Math.max(this.began, date() - recent));
    const compared = this.compared();
    const news = compared.filter(({ period }) => !this.printed.has(period.start));
    for (const { period } of news) this.printed.add(period.start);
    const bad = compared.find((one) => one.bad !== undefined);
    return {
      bad: bad === undefined ? undefined : `${bad.release}: ${bad.bad ?? ""}`,
      news: news.map(({ release, figures }) => `${release}: ${figures}`),
    };
  }

  /** Whether each new release has had a whole period since then with enough requests to judge it; true if none is watched. */
  hasJudged(since: number): boolean {
    if (!watchesMetrics(this.settings)) return true;
    const judged = this.compared().filter(({ period, isJudged }) => isJudged && period.start >= since);
    return this.fresh.every(({ release }) => judged.some((one) => one.release === release));
  }

  /** Whether nothing has been published since then, although the releases before had requests when the rollout began. */
  isLate(since: number): boolean {
    if (this.periods.some(({ start }) => start >= since)) return false;
    return this.periods.some(
      ({ end, groups }) =>
        end > this.began - recent && this.before.some((group) => (groups.get(group)?.requests ?? 0) >= leastRequests),
    );
  }

  /** The oldest first. */
  private get periods(): readonly MetricPeriod[] {
    return [...this.known.values()].sort((one, two) => one.start - two.start);
  }

  /** What each whole period since the rollout began says of each new release. */
  private compared() {
    const whole = this.periods.filter((period) => this.isWhole(period));
    return this.fresh
      .flatMap(({ release, targetGroup }) =>
        compare(whole, targetGroup, this.before, this.settings).map((one, index) => ({
          ...one,
          release,
          period: whole[index] ?? { start: 0, end: 0 },
        })),
      )
      .filter(({ period: { start, end } }) => end > this.from.end && start >= this.from.start);
  }

  /**
   * Whether all data of a period was published when it was read: a period's time after its end. Metrics are published one by one,
   * so failures without their requests mean that some is missing.
   */
  private isWhole({ start, end, groups }: MetricPeriod): boolean {
    const later = (periods: number) => end + periods * (end - start) <= this.readAt;
    const isTorn = [...groups.values()].some(({ requests, failed }) => failed > requests);
    return later(1) && (!isTorn || later(mostMissing));
  }

  private async read(since: number): Promise<void> {
    if (!watchesMetrics(this.settings)) return;
    const at = date();
    for (const period of await this.calls.metrics(this.groups, since)) this.known.set(period.start, period);
    this.readAt = at;
  }

  /** The states of the alarms; throws where one does not exist. */
  private async alarms(): Promise<ReadonlyMap<string, AlarmState>> {
    const { alarms } = this.settings;
    if (alarms.length === 0) return new Map();
    const states = await this.calls.alarms(alarms);
    const missing = alarms.filter((name) => !states.has(name));
    if (missing.length > 0) throw new Error(`rollout.watch.alarms: there is no alarm ${missing.join(", ")}`);
    return states;
  }
}

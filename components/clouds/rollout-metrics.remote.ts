import { date } from "../clock.remote";
import type { Share } from "./checks.remote";
import { type MetricPeriod, type WatchSettings, compare, watchesMetrics } from "./rollout-metrics";

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
const baselineFor = 600_000;

/** The metrics and the alarms of new releases during a rollout. */
export class WatchedMetrics {
  private readonly began = date();
  private readonly groups: readonly string[];
  /** The alarms that were not firing when the rollout began. */
  private watched: readonly string[] = [];
  private periods: readonly MetricPeriod[] = [];
  /** The periods whose figures have been told, by their beginnings. */
  private readonly told = new Set<number>();

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
   * fire already: they are not watched, unless a new release may be their reason, because it has requests.
   */
  async begin(hasRequests: boolean): Promise<readonly string[]> {
    const { alarms } = this.settings;
    const states = alarms.length === 0 ? new Map<string, AlarmState>() : await this.calls.alarms(alarms);
    const missing = alarms.filter((name) => !states.has(name));
    if (missing.length > 0) throw new Error(`rollout.watch.alarms: there is no alarm ${missing.join(", ")}`);
    const firing = hasRequests ? [] : alarms.filter((name) => states.get(name) === "firing");
    this.watched = alarms.filter((name) => !firing.includes(name));
    await this.read();
    return firing;
  }

  /** Reads the metrics and the alarms. */
  async look(): Promise<Seen> {
    const states = this.watched.length === 0 ? undefined : await this.calls.alarms(this.watched);
    await this.read();
    const compared = this.compared();
    const news = compared.filter(({ period }) => this.isOver(period) && !this.told.has(period.start));
    for (const { period } of news) this.told.add(period.start);
    const firing = this.watched.find((name) => states?.get(name) === "firing");
    const bad = compared.find((one) => one.bad !== undefined);
    return {
      bad:
        firing !== undefined
          ? `the alarm ${firing} fires`
          : bad === undefined
            ? undefined
            : `${bad.release}: ${bad.bad ?? ""}`,
      news: news.map(({ release, figures }) => `${release}: ${figures}`),
    };
  }

  /** Whether a whole period since then has had enough requests for each new release to be judged; true if none is watched. */
  hasJudged(since: number): boolean {
    if (!watchesMetrics(this.settings)) return true;
    const whole = this.compared().filter(({ period }) => period.start >= since && this.isOver(period));
    return whole.some(({ period }) => whole.every((one) => one.period !== period || one.isJudged));
  }

  /** What each period since the rollout began says of each new release. */
  private compared() {
    return this.fresh
      .flatMap(({ release, targetGroup }) =>
        compare(this.periods, targetGroup, this.before, this.settings).map((one, index) => ({
          ...one,
          release,
          period: this.periods[index] ?? { start: 0, end: 0 },
        })),
      )
      .filter(({ period }) => period.end > this.began);
  }

  /** Whether all data of a period is published: a period's time after its end. */
  private isOver({ start, end }: Pick<MetricPeriod, "start" | "end">): boolean {
    return end + (end - start) <= date();
  }

  private async read(): Promise<void> {
    if (watchesMetrics(this.settings)) this.periods = await this.calls.metrics(this.groups, this.began - baselineFor);
  }
}

/** A traffic rule without a cloud, for the rollout that moves and watches it. */
import assert from "node:assert/strict";
import { now } from "../../components/clock.remote";
import type { Split } from "../../components/clouds/rollout";
import type { MetricPeriod } from "../../components/clouds/rollout-metrics";
import type { AlarmState } from "../../components/clouds/rollout-metrics.remote";
import type { RolloutCalls, TargetGroupHealth } from "../../components/clouds/rollout.remote";

/** What a rollout watches where nothing but the health of instances is. */
export const unmeasured = { errors: 100, alarms: [] };

/** A target group without an unhealthy instance. */
export const healthy: TargetGroupHealth = { healthy: ["i-1", "i-2"], unhealthy: [] };

/** A rule that is played, with what the test lets happen. */
export class PlayedRule implements RolloutCalls {
  /** Every split that it got, with the seconds since the beginning. */
  readonly moves: { at: number; split: Record<string, number> }[] = [];
  private readonly began = now();

  constructor(
    public live: Split,
    private readonly play: Partial<RolloutCalls> & {
      readonly bad?: (seconds: number) => TargetGroupHealth | undefined;
    } = {},
  ) {}

  /** The calls for the sizes, each with the number of moves before. */
  readonly sizes: string[] = [];

  hold(targetGroups: readonly string[]): Promise<void> {
    this.sizes.push(`${this.moves.length}: hold ${targetGroups.join(" ")}`);
    return Promise.resolve();
  }

  letGo(): Promise<void> {
    this.sizes.push(`${this.moves.length}: let go`);
    return Promise.resolve();
  }

  get seconds(): number {
    return Math.round((now() - this.began) / 1000);
  }

  read(): Promise<Split> {
    return this.play.read?.() ?? Promise.resolve(this.live);
  }

  async move(split: Split): Promise<void> {
    await this.play.move?.(split);
    this.live = split;
    this.moves.push({ at: this.seconds, split: Object.fromEntries([...split].sort()) });
  }

  health(targetGroup: string): Promise<TargetGroupHealth> {
    return this.play.health?.(targetGroup) ?? Promise.resolve(this.play.bad?.(this.seconds) ?? healthy);
  }

  link(targetGroup: string): string {
    return `https://console.test/${targetGroup}`;
  }

  credentialsEnd(): Promise<Date | undefined> {
    return this.play.credentialsEnd?.() ?? Promise.resolve(undefined);
  }

  /** The tags of target groups that end a rollout, and those that were removed. */
  readonly tags = new Map<string, string>();
  readonly untagged: string[] = [];

  asked(targetGroup: string): Promise<string | undefined> {
    return this.play.asked?.(targetGroup) ?? Promise.resolve(this.tags.get(targetGroup));
  }

  async unask(targetGroup: string): Promise<void> {
    await this.play.unask?.(targetGroup);
    this.tags.delete(targetGroup);
    this.untagged.push(targetGroup);
  }

  metrics(targetGroups: readonly string[], since: number): Promise<readonly MetricPeriod[]> {
    return this.play.metrics?.(targetGroups, since) ?? assert.fail("nobody watches the metrics");
  }

  alarms(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState>> {
    return this.play.alarms?.(names) ?? assert.fail("nobody watches alarms");
  }
}

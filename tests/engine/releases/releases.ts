import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import { failure } from "../support/checks";
import { plannedChanges } from "../support/engine-events";
import { pause } from "../support/processes";
import type { LiveBounds } from "../support/schedule-tests";
import type { EngineRun } from "../support/stack";
import { whileUpdating } from "../support/watching";
import type { RunOptions, ServiceStack } from "../support/world";
import type { Lowering, ReleaseCloud, SizedGroup } from "./release-cloud";

/** Percent of the requests by version, without versions that have none. */
export type Weights = Readonly<Record<string, number>>;

/**
 * One thing that releases do. It begins with `releases.serving` and ends with a service that is as the stack file says, so that
 * scenarios run in any order.
 */
export interface Scenario {
  readonly name: string;
  readonly run: (releases: Releases) => Promise<void>;
}

/** How an update must fail. */
interface ExpectedFailure {
  readonly splits: readonly Weights[];
  /** Default: any. */
  readonly message?: RegExp;
  readonly seen?: (split: Weights) => unknown;
  /** What the engine's environment has besides. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A service's releases, as scenarios name them: by their versions. */
export class Releases {
  private versions = 0;
  /** The settings that the last call of `serving` has brought up. */
  private settings: string | undefined;
  /** The end of what the last update has printed, for the error of a scenario. */
  private printed = "";

  constructor(readonly cloud: ReleaseCloud) {}

  get stack(): ServiceStack {
    return this.cloud.stack;
  }

  /** A version that no release has had. */
  next(): string {
    this.versions += 1;
    return `1.${this.versions}.0`;
  }

  /** Runs a scenario. After one that has failed, the next one begins with a release of its own. */
  async run({ run }: Scenario): Promise<void> {
    try {
      await run(this);
    } catch (error) {
      this.settings = "";
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error(`${text}\nThe last update printed:\n${this.printed}`, { cause: error });
    }
  }

  /**
   * Brings a new release up, all at once, unless the scenario before began with the same settings.
   * Returns the version that serves.
   */
  async serving(settings: Partial<ServiceArgs>): Promise<string> {
    const wanted = JSON.stringify(settings);
    if (this.settings === wanted) return this.stack.service.version;
    const defaults = { instances: { min: 2, max: 6 }, scaling: undefined, releases: undefined, previous: undefined };
    const { rollout, ...others }: Partial<ServiceArgs> = { ...defaults, ...settings };
    const version = this.next();
    const isFirst = this.settings === undefined;
    const splits = await this.splitsDuring(() =>
      this.up({ ...others, version, rollout: isFirst ? rollout : undefined }),
    );
    if (isFirst)
      assert.deepEqual(
        splits.filter((split) => Object.keys(split).length > 0),
        [{ [version]: 100 }],
      );
    else if (rollout !== undefined) await this.up({ rollout });
    this.settings = wanted;
    return version;
  }

  async up(change: Partial<ServiceArgs>, options: Pick<RunOptions, "onStep"> = {}): Promise<EngineRun> {
    return this.kept(await this.stack.up(change, options));
  }

  /**
   * An update that must fail, with this error, and while the rule has exactly these splits, of which `seen` gets each. Returns what it
   * prints.
   */
  async fails(change: Partial<ServiceArgs>, { splits, message, seen, env }: ExpectedFailure): Promise<string> {
    const runs: EngineRun[] = [];
    const found = await this.splitsDuring(async () => runs.push(await this.failingUp(change, env && { env })), seen);
    assert.deepEqual(found, splits);
    const [run = assert.fail("no update")] = runs;
    if (message !== undefined) assert.match(failure(run).message, message);
    return run.stdout;
  }

  /** An update that must fail. */
  async failingUp(change: Partial<ServiceArgs>, options: Pick<RunOptions, "env"> = {}): Promise<EngineRun> {
    return this.kept(await this.stack.up(change, { ...options, expectFailure: true }));
  }

  private kept(run: EngineRun): EngineRun {
    this.printed = run.diagnostics.map(({ severity, message }) => `${severity}: ${message}`).join("\n");
    return run;
  }

  /** The next preview has no changes. */
  async unchanged(): Promise<void> {
    assert.deepEqual(plannedChanges(await this.stack.preview()), []);
  }

  /** What the state has is in the cloud, and is what the stack file describes. */
  async settled(): Promise<void> {
    assert.deepEqual(plannedChanges(await this.stack.run.preview({ flags: ["--refresh"] })), []);
  }

  async weights(): Promise<Weights> {
    const split = Object.entries(await this.cloud.split()).filter(([, weight]) => weight > 0);
    const all = split.reduce((sum, [, weight]) => sum + weight, 0);
    return Object.fromEntries(split.map(([id, weight]) => [versionOf(id), Math.round((weight * 100) / all)]));
  }

  /** Updates, and returns every split that the rule had meanwhile; `seen` gets each. */
  async splitsDuring(
    update: () => Promise<unknown>,
    seen: (split: Weights) => unknown = () => undefined,
  ): Promise<Weights[]> {
    const splits: Weights[] = [];
    const look = async () => {
      const split = await this.weights();
      if (JSON.stringify(split) === JSON.stringify(splits.at(-1))) return;
      splits.push(split);
      await seen(split);
    };
    await whileUpdating(update, look);
    // What is done about one split may take until the update has ended.
    await look();
    return splits;
  }

  /** Updates to a version, kills the engine as soon as it has so many percent, and unlocks the stack. */
  async killAt(version: string, percent: number): Promise<void> {
    this.stack.set({ version });
    const state = { over: false };
    const reached = async () => {
      while (!state.over && (await this.weights())[version] !== percent) await pause(50);
    };
    const { killed, stdout } = await this.stack.run.upKilledBy((kill) => {
      void reached().finally(kill);
    });
    state.over = true;
    assert.equal(killed, true, stdout);
    await this.stack.run.cancel();
  }

  /** The groups by version. */
  async groups(): Promise<Readonly<Record<string, SizedGroup>>> {
    const groups = Object.entries(await this.cloud.groups());
    return Object.fromEntries(groups.map(([release, group]) => [versionOf(release), group]));
  }

  /** The bounds and the size that a version's group has in the cloud. */
  async live(version: string): Promise<LiveBounds> {
    const { min, max, desired } = (await this.groups())[version] ?? assert.fail(`no group of ${version}`);
    return { min, max, desired };
  }

  /** The actions by which groups lower their minimum, by version. */
  async lowerings(): Promise<Readonly<Record<string, Lowering>>> {
    const found = Object.entries(await this.cloud.lowerings());
    return Object.fromEntries(found.map(([release, one]) => [versionOf(release), one]));
  }

  /** Gives a version so many percent of the requests, and the others the rest, past the update. */
  async shiftByHand(version: string, percent: number): Promise<void> {
    const release = Object.keys(await this.cloud.split()).find((one) => versionOf(one) === version);
    await this.cloud.shiftByHand(release ?? assert.fail(`${version} is not in the split`), percent);
  }

  /** Sets the number of a version's instances as a trigger does. */
  async trigger(version: string, desired: number): Promise<void> {
    const release = Object.keys(await this.cloud.groups()).find((one) => versionOf(one) === version);
    await this.cloud.trigger(release ?? assert.fail(`no group of ${version}`), desired);
  }
}

function versionOf(release: string): string {
  return release.replace(/-[0-9a-f]{6}$/, "").replaceAll("-", ".");
}

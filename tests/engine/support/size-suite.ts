/** A new release is as large as what serves, and no update leaves the traffic to fewer instances: on any platform. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import { noComplaints } from "./checks";
import { plannedChanges } from "./engine-events";
import type { LiveBounds } from "./schedule-tests";
import { whileUpdating } from "./watching";
import type { ServiceStack } from "./world";

/** The group of a release in the emulated cloud. */
export interface SizedGroup extends LiveBounds {
  /** Instances that serve. */
  readonly serving: number;
}

/** A cloud with a stack that has no update yet. */
export interface SizedCloud {
  readonly stack: ServiceStack;
  /** Weights by release id. */
  split(): Record<string, number> | Promise<Record<string, number>>;
  /** The groups, by release id. */
  groups(): Promise<Record<string, SizedGroup>>;
  /** Sets a release's number of instances as a trigger does. */
  trigger(release: string, desired: number): Promise<void>;
}

const hour = new Date(Date.now() - 3_600_000).getUTCHours();
const at = (one: number, min: number, max: number) => ({ schedule: `0 ${one % 24} * * *`, timezone: "UTC", min, max });
const metric = { metric: "cpu", target: 60 } as const;
/** An hour ago, and in about eleven hours. */
const raised = at(hour, 2, 8);
const other = at(hour + 12, 1, 3);

/** The settings of the service in these tests. */
export const sizedService = {
  name: "web",
  version: "1.0.0",
  instances: { min: 2, max: 4 },
  health: { startWithin: 10 },
  loadBalancer: { drain: 0 },
  scaling: [metric, other, raised],
} satisfies Partial<ServiceArgs>;

/** Declares the tests in the calling suite. */
export function sizeTests(cloud: () => SizedCloud): void {
  const versionOf = (release: string) => release.replace(/-[0-9a-f]{6}$/, "").replaceAll("-", ".");
  const groups = async () =>
    Object.fromEntries(Object.entries(await cloud().groups()).map(([release, one]) => [versionOf(release), one]));
  const live = async (version: string) => {
    const { min, max, desired } = (await groups())[version] ?? assert.fail(`no group of ${version}`);
    return { min, max, desired };
  };
  const trigger = async (version: string, desired: number) => {
    const release = Object.keys(await cloud().groups()).find((one) => versionOf(one) === version);
    await cloud().trigger(release ?? assert.fail(version), desired);
  };
  const unchanged = async () => {
    assert.deepEqual(plannedChanges(await cloud().stack.preview()), []);
  };

  interface Sample {
    /** The versions that have requests, separated by spaces. */
    readonly versions: string;
    /** How many instances they have that serve. */
    readonly serving: number;
  }

  /** Samples of the split while an update runs. */
  async function during(update: () => Promise<unknown>, seen: () => Promise<void> = () => Promise.resolve()) {
    const samples: Sample[] = [];
    await whileUpdating(update, async () => {
      // The groups are read last: one that the split had before may be gone by now, and must not count as one that has too few.
      const releases = Object.entries(await cloud().split()).filter(([, weight]) => weight > 0);
      const found = await cloud().groups();
      const again = Object.entries(await cloud().split()).filter(([, weight]) => weight > 0);
      if (String(releases) === String(again)) {
        const serving = releases.reduce((sum, [release]) => sum + (found[release]?.serving ?? 0), 0);
        samples.push({ versions: releases.map(([release]) => versionOf(release)).join(" "), serving });
      }
      await seen();
    });
    return samples;
  }
  const fewest = (samples: readonly Sample[], versions?: string) =>
    Math.min(...samples.filter((one) => (versions ?? one.versions) === one.versions).map(({ serving }) => serving));

  it("the first release begins with the bounds of the schedule that has passed last", async () => {
    noComplaints(await cloud().stack.up());
    assert.deepEqual(await live("1.0.0"), { min: 2, max: 8, desired: 2 });
    await unchanged();
  });

  it("a new release begins with as many instances as serve, and the split never has fewer", async () => {
    await trigger("1.0.0", 6);
    const samples = await during(() => cloud().stack.up({ version: "1.1.0" }));
    assert.equal(fewest(samples), 6);
    assert.equal(samples.at(-1)?.versions, "1.1.0");
    assert.deepEqual(await live("1.1.0"), { min: 2, max: 8, desired: 6 });
    await unchanged();
  });

  it("a killed update that is repeated keeps the number that it has read first", async () => {
    const { stack } = cloud();
    stack.set({ version: "1.2.0" });
    // The group begins once its size is in the state.
    await stack.run.killedUp(
      ({ type, name, phase }) => /group:(Scaling)?Group$/i.test(type) && name.includes("1-2-0") && phase === "start",
    );
    await stack.run.cancel();
    await trigger("1.1.0", 3);
    await stack.up();
    assert.deepEqual(await live("1.2.0"), { min: 2, max: 8, desired: 6 });
    await unchanged();
  });

  it("a trigger that moves the group that serves after it was read is followed before the split", async () => {
    const state = { moved: false };
    const samples = await during(
      () => cloud().stack.up({ version: "1.3.0" }),
      async () => {
        if (state.moved || (await groups())["1.3.0"] === undefined) return;
        state.moved = true;
        await trigger("1.2.0", 8);
      },
    );
    assert.equal(fewest(samples, "1.3.0"), 8);
    assert.deepEqual(await live("1.3.0"), { min: 2, max: 8, desired: 8 });
    await unchanged();
  });

  it("a max that the same change lowers applies after the split", async () => {
    const change = { version: "1.4.0", instances: { min: 1, max: 3 }, scaling: [metric] };
    const samples = await during(() => cloud().stack.up(change));
    assert.equal(fewest(samples, "1.3.0"), 8);
    const [first] = samples.filter(({ versions }) => versions === "1.4.0");
    assert.equal(first?.serving, 8);
    assert.deepEqual(await live("1.4.0"), { min: 1, max: 3, desired: 3 });
    await unchanged();
  });

  it("a release that comes back has as many instances as serve before it gets their requests", async () => {
    const { stack } = cloud();
    const image = stack.service.image as string;
    await stack.up({
      version: "1.5.0",
      releases: [{ version: "1.4.0", image, weight: 0, instances: { min: 1, max: 3 } }],
    });
    await trigger("1.4.0", 1);
    const samples = await during(() =>
      stack.up({
        version: "1.5.0",
        releases: [{ version: "1.4.0", image, weight: 100, instances: { min: 1, max: 3 } }],
      }),
    );
    assert.equal(fewest(samples), 3);
    assert.equal(samples.at(-1)?.versions, "1.4.0");
  });
}

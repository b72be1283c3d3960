/** `npm run test:rollouts`: every scenario of a service's releases on every platform. */
import { describeError, finish, recordRow } from "../live/command";
import { type PlatformName, platformText, platforms } from "../live/live-cloud";
import { type Part, hasRow } from "../live/part";
import { Results, filesHash } from "../live/results";
import { commandContext } from "../live/start";
import { killed } from "./killed";
import { realTime } from "./real-time";
import { type Pace, fast, real } from "./release-cloud";
import { Releases, type Scenario } from "./releases";
import { scenarios } from "./scenarios";
import { startReleases } from "./start";

/** Scenarios that share a cloud. */
interface Run {
  readonly platform: PlatformName;
  readonly pace: Pace;
  readonly groups: Readonly<Record<string, readonly Scenario[]>>;
}

const runs: readonly Run[] = [
  ...platforms.map((platform) => ({ platform, pace: fast, groups: { ...scenarios, killed } })),
  // One on each cloud and each compute.
  ...platforms
    .filter(({ cloud, compute }) => (cloud === "aws") === (compute === "container"))
    .map((platform) => ({ platform, pace: real, groups: { "in real time": realTime } })),
];

async function run(part: Part): Promise<boolean> {
  const results = new Results("rollouts", filesHash());
  let failed = 0;
  for (const { platform, pace, groups } of runs) {
    let releases: Releases | undefined;
    try {
      const all = Object.entries(groups).flatMap(([group, list]) => list.map((scenario) => ({ group, scenario })));
      for (const [index, { group, scenario }] of all.entries()) {
        const row = `${platformText(platform)} ${group}: ${scenario.name}`;
        if (!hasRow(part, row, index) || results.hasPassed(row)) continue;
        const started = Date.now();
        releases ??= new Releases(await startReleases(platform, commandContext, pace));
        const outcome = await releases.run(scenario).then(
          () => ({ ok: true, detail: "" }),
          (error: unknown) => ({ ok: false, detail: describeError(error) }),
        );
        recordRow(results, started, { row, ...outcome });
        if (outcome.ok) continue;
        failed += 1;
        // The next ones would fail on what this one left.
        await releases.cloud.close();
        releases = undefined;
      }
    } finally {
      await releases?.cloud.close();
    }
  }
  return failed === 0;
}

void finish("test:rollouts", "every scenario of a service's releases on every platform", run);

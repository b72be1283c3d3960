/** `npm run test:rollouts`: every scenario of a service's releases on every platform. */
import { describeError, finish, recordRow } from "../live/command";
import { platformText, platforms } from "../live/live-cloud";
import { type Part, hasRow } from "../live/part";
import { Results, filesHash } from "../live/results";
import { commandContext } from "../live/start";
import { Releases } from "./releases";
import { scenarios } from "./scenarios";
import { startReleases } from "./start";

async function run(part: Part): Promise<boolean> {
  const results = new Results("rollouts", filesHash());
  const all = Object.entries(scenarios).flatMap(([group, list]) => list.map((scenario) => ({ group, scenario })));
  let failed = 0;
  for (const platform of platforms) {
    let releases: Releases | undefined;
    try {
      for (const [index, { group, scenario }] of all.entries()) {
        const row = `${platformText(platform)} ${group}: ${scenario.name}`;
        if (!hasRow(part, row, index) || results.hasPassed(row)) continue;
        const started = Date.now();
        releases ??= new Releases(await startReleases(platform, commandContext));
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

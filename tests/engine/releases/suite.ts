/**
 * One group of scenarios on each platform, so that each scenario runs once in `npm test`. Which one is chosen by the hash of the files;
 * `npm run test:rollouts` runs all on all.
 */
import { type PlatformName, platformText, platforms } from "../live/live-cloud";
import { filesHash } from "../live/results";
import type { ReleaseCloud } from "./release-cloud";
import { Releases } from "./releases";
import { scenarios } from "./scenarios";
import { startReleases } from "./start";

/** Registers the tests of one platform. */
export function releaseSuite({ cloud, compute }: PlatformName): void {
  const seed = filesHash();
  const place = platforms.findIndex((one) => one.cloud === cloud && one.compute === compute);
  const groups = Object.entries(scenarios);
  const [name, chosen] = groups[(place + parseInt(seed.slice(0, 8), 16)) % groups.length] ?? ["", []];

  describe(`releases: ${platformText({ cloud, compute })}, ${name} (sample ${seed.slice(0, 8)})`, () => {
    let started: ReleaseCloud, releases: Releases;
    before(async function () {
      started = await startReleases({ cloud, compute }, this);
      releases = new Releases(started);
    });
    after(async () => {
      await (started as ReleaseCloud | undefined)?.close();
    });
    for (const scenario of chosen) it(scenario.name, () => releases.run(scenario));
  });
}

/**
 * The engine dies at a mutating call of an update: the next update finishes it, and the one before can be had back. A sample of the
 * calls, chosen by the hash of the files; `npm run test:kills` runs all of them.
 */
import assert from "node:assert/strict";
import { begin, countCalls, killAt, updates } from "./live/kills";
import { type LiveCloud, platformText, platforms } from "./live/live-cloud";
import { filesHash, sample } from "./live/results";
import { startLive } from "./live/start";

const seed = filesHash();
/** Calls per platform, of the update that has most. */
const points = 2;
const update = updates[1] ?? assert.fail();

describe(`engine: killed during an update (sample ${seed.slice(0, 8)})`, function () {
  this.timeout(600_000);
  for (const platform of platforms) {
    describe(platformText(platform), () => {
      let live: LiveCloud, calls: number;
      before(async function () {
        live = await startLive(platform, this);
        await begin(live, update);
        calls = await countCalls(live, update);
      });
      after(async () => {
        await (live as LiveCloud | undefined)?.close();
      });
      for (let index = 0; index < points; index += 1)
        it(`is finished and taken back after call ${index + 1} of the sample`, async () => {
          const point = sample(seed, platformText(platform), calls, points)[index] ?? 0;
          const { call, load } = await killAt(live, update, point);
          assert.equal(
            load.lost,
            0,
            `killed after call ${point} of ${calls}, ${call ?? "none"}: ${load.reasons.join("; ")}`,
          );
          assert.ok(load.sent > 10);
        });
    });
  }
});

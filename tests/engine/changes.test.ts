/**
 * A running service goes through changes of its stack file, there and back, on every platform: all that are in place together with
 * TLS and another zone, one that makes a release, chosen by the hash of the files, and those that are refused.
 * `npm run test:changes` runs every change of every field.
 */
import assert from "node:assert/strict";
import { effectsOf } from "../../components/stack-file/changes";
import { begin, isRefused, rowText, rows, runRow, runTogether } from "./live/changes";
import { type LiveCloud, platformText, platforms } from "./live/live-cloud";
import { filesHash, sample } from "./live/results";
import { covers } from "./live/samples";
import { startLive } from "./live/start";

const seed = filesHash();

/** Fields whose changes do not interact, so that one update has them all. */
const together = [
  "instances.min",
  "logs.retentionDays",
  "loadBalancer.allowFrom",
  "scaling[]",
  "policyArns",
  "tags",
  "tls",
  "network.zones",
];

const effects = ({ path, which }: (typeof rows)[number]) =>
  covers[which].flatMap((change) => effectsOf(path, change, { cloud: "aws" }) ?? []);
const releasing = rows.filter(
  (row) =>
    effects(row).some(({ kind }) => kind === "newRelease") && !/^(network|compute|releases|files)/.test(row.path),
);
const refused = rows.filter((row) => isRefused(effects(row)) && row.path !== "network.vpcId");

describe(`engine: live changes (sample ${seed.slice(0, 8)})`, function () {
  this.timeout(600_000);
  for (const platform of platforms) {
    describe(platformText(platform), () => {
      let live: LiveCloud;
      before(async function () {
        live = await startLive(platform, this);
        await begin(live);
      });
      after(async () => {
        await (live as LiveCloud | undefined)?.close();
      });

      it(`go there and back together: ${together.join(", ")}`, async () => {
        const { load } = await runTogether(live, together);
        assert.equal(load.lost, 0, load.reasons.join("; "));
        assert.ok(load.sent > 10);
      });

      const [index = 0] = sample(seed, platformText(platform), releasing.length, 1);
      const row = releasing[index] ?? assert.fail();
      it(`make a release, and stay with the old one if it fails its gate: ${rowText(row)}`, async function () {
        const result = await runRow(live, row);
        if (result === undefined) {
          console.log(`      ${platformText(platform)} has no ${row.path}`);
          this.skip();
        }
        assert.equal(result.load.lost, 0, result.load.reasons.join("; "));
      });

      it(`are refused while a release serves: ${refused.map(({ path }) => path).join(", ")}`, async () => {
        for (const one of refused) assert.equal((await runRow(live, one))?.refused, true);
      });
    });
  }
});

/**
 * A running service on one platform: its changes, there and back, and an update that is killed and then finished or taken back. A
 * sample that fits into `npm test`, chosen by the hash of the files; `npm run test:changes` and `npm run test:kills` run everything.
 */
import assert from "node:assert/strict";
import { effectsOf } from "../../../components/stack-file/changes";
import { type ChangeRow, begin, isRefused, rowText, rows, runRow, runTogether } from "./changes";
import { killAt, updates } from "./kills";
import { type LiveCloud, type PlatformName, platformText } from "./live-cloud";
import type { LoadResult } from "./load";
import { filesHash, sample } from "./results";
import { covers, samples } from "./samples";
import { startLive } from "./start";

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

/** Calls that every platform's update has; the sample is one of them. The full run kills at every call. */
const sampledCalls = 60;

/** Registers the tests of one platform. */
export function liveSuite(platform: PlatformName): void {
  const seed = filesHash();
  const name = platformText(platform);
  const effects = ({ path, which }: ChangeRow) =>
    covers[which].flatMap((change) => effectsOf(path, change, platform) ?? []);
  const releasing = rows.filter(
    (row) =>
      effects(row).some(({ kind }) => kind === "newRelease") && !/^(network|compute|releases|files)/.test(row.path),
  );
  const refused = rows.filter((row) => isRefused(effects(row)) && row.path !== "network.vpcId");

  describe(`live: ${name} (sample ${seed.slice(0, 8)})`, function () {
    this.timeout(600_000);
    let live: LiveCloud;
    before(async function () {
      live = await startLive(platform, this);
      await begin(live);
    });
    after(async () => {
      await (live as LiveCloud | undefined)?.close();
    });

    it(`changes there and back together: ${together.join(", ")}`, async () => {
      const { load } = await runTogether(live, together);
      nothingLost("together", load);
    });

    it("makes a release of a change, and keeps the old one when the new one fails its gate", async () => {
      const [first = 0] = sample(seed, name, releasing.length, 1);
      const row = [...releasing.slice(first), ...releasing.slice(0, first)].find(
        ({ path, which }) => samples[path]?.[which]?.(live) !== undefined,
      );
      assert.ok(row);
      const result = await runRow(live, row);
      assert.ok(result);
      nothingLost(rowText(row), result.load);
    });

    it(`refuses while a release serves: ${refused.map(({ path }) => path).join(", ")}`, async () => {
      for (const one of refused) assert.equal((await runRow(live, one))?.refused, true);
    });

    it("is finished and taken back when the engine is killed during an update", async () => {
      const [point = 0] = sample(seed, name, sampledCalls, 1);
      const update = updates[1] ?? assert.fail();
      live.stack.replace(update.from(live));
      await live.stack.run.up();
      const { calls, load } = await killAt(live, update, point);
      assert.ok(calls.length > 0, `no update has a call ${point}`);
      nothingLost(`call ${point}: killed after ${calls.join(", ")}`, load);
    });
  });
}

function nothingLost(what: string, { sent, lost, reasons }: LoadResult): void {
  console.log(`      ${what}; ${sent} requests, ${lost} lost`);
  assert.equal(lost, 0, reasons.join("; "));
  assert.ok(sent > 10);
}

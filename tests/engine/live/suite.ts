/**
 * A running service on one platform of a cloud: its changes, there and back, and an update that is killed and then
 * finished or taken back, or one of which a call is refused. A sample that fits into `npm test`, chosen by the hash of
 * the files: of the two clouds, one runs virtual machines and the other one containers, and one is killed and the
 * other one refused. `npm run test:changes` and `npm run test:kills` run everything.
 */
import assert from "node:assert/strict";
import type { CloudName } from "../../../components/spec";
import { effectsOf } from "../../../components/stack-file/changes";
import { type ChangeRow, begin, isRefused, refusedTogether, rowText, rows, runTogether } from "./changes";
import { killAt, refuseAt, updates } from "./kills";
import { type LiveCloud, type PlatformName, platformText } from "./live-cloud";
import type { LoadResult } from "./load";
import { filesHash, sample, sampledCloud } from "./results";
import { covers, samples } from "./samples";
import { startLive } from "./start";

/** Changes that do not interact, so that one update has them all. */
const inPlace = [
  "instances.min changed",
  "logs.retentionDays changed",
  "loadBalancer.allowFrom changed",
  "scaling[] toggled",
  "policyArns changed",
  "tags changed",
  "tls toggled",
  "network.zones changed",
];

/** Mutating calls of the update that is killed and refused, deletions included; the samples are among them. */
const calls: Readonly<Record<string, number>> = {
  "aws-container": 36,
  "aws-vm": 34,
  "alicloud-container": 48,
  "alicloud-vm": 47,
};

/** Registers the tests of one cloud. */
export function liveSuite(cloud: CloudName): void {
  const seed = filesHash();
  const platform: PlatformName = {
    cloud,
    compute: sampledCloud(seed, "live virtual machines") === cloud ? "vm" : "container",
  };
  const name = platformText(platform);
  const callsThere = calls[name] ?? assert.fail(name);
  const effects = ({ path, which }: ChangeRow) =>
    covers[which].flatMap((change) => effectsOf(path, change, platform) ?? []);
  const releasing = rows.filter(
    (row) =>
      effects(row).some(({ kind }) => kind === "newRelease") &&
      !/^(network|compute|releases|files|instances)/.test(row.path),
  );
  // Another network has no CIDR block of its own, and an existing one needs a stack in it.
  const refused = rows.filter((row) => isRefused(effects(row)) && !/^network(\.vpcId)?$/.test(row.path));

  describe(`live: ${name} (sample ${seed.slice(0, 8)})`, () => {
    let live: LiveCloud;
    before(async function () {
      live = await startLive(platform, this);
      await begin(live);
    });
    after(async () => {
      await (live as LiveCloud | undefined)?.close();
    });

    it(`refuses while a release serves: ${refused.map(({ path }) => path).join(", ")}`, async () => {
      await refusedTogether(live, refused);
    });

    if (sampledCloud(seed, "live refusal") === cloud)
      it("has outputs that name what the split has when a call of an update is refused", async () => {
        const [point = 0] = sample(seed, `${name} refused`, callsThere, 1);
        const update = updates[1] ?? assert.fail();
        const { calls: actions, load } = await refuseAt(live, update, point);
        assert.ok(actions.length > 0, `the update has no call ${point}`);
        nothingLost(`call ${point}: refused ${actions.join(", ")}`, load);
      });
    else
      it("is taken back and finished when the engine is killed during an update", async () => {
        const [point = 0] = sample(seed, name, callsThere, 1);
        const update = updates[1] ?? assert.fail();
        const { calls: actions, load } = await killAt(live, update, point, ["there, taken back", "there, finished"]);
        assert.ok(actions.length > 0, `no update has a call ${point}`);
        nothingLost(`call ${point}: killed after ${actions.join(", ")}`, load);
      });

    it("changes there and back, and keeps its release when the new one fails its gate", async () => {
      const [first = 0] = sample(seed, name, releasing.length, 1);
      const row = [...releasing.slice(first), ...releasing.slice(0, first)].find(
        ({ path, which }) => samples[path]?.[which]?.(live) !== undefined,
      );
      assert.ok(row);
      const all = [...rows.filter((one) => inPlace.includes(rowText(one))), row];
      assert.equal(all.length, inPlace.length + 1);
      const { load } = await runTogether(live, all);
      nothingLost(all.map(rowText).join(", "), load);
    });
  });
}

function nothingLost(what: string, { sent, lost, reasons }: LoadResult): void {
  console.log(`      ${what}; ${sent} requests, ${lost} lost`);
  assert.equal(lost, 0, reasons.join("; "));
  assert.ok(sent > 10);
}

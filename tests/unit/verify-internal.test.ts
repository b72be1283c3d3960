/** What `npm run verify` makes of a service that this machine does not reach. */
import assert from "node:assert/strict";
import { disrupt } from "../../verify/checks/disruption";
import { filesChecks } from "../../verify/checks/files";
import { judgeAddress, judgeReach } from "../../verify/checks/traffic";
import type { Subject } from "../../verify/subject";

describe("verify: an address that this machine does not reach", () => {
  const none = { error: "connect ETIMEDOUT" };
  const releases = [{ id: "a", version: "1.0.0", image: "i", weight: 100 }];

  it("could not be seen where the load balancer is internal, and fails where it is not", () => {
    const results = [true, false].map((internal) => judgeAddress(releases, none, [none], internal).result);
    assert.deepEqual(results, ["unseen", "fail"]);
  });

  it("may have releases without their rule", () => {
    const facts = [{ release: "a", keyed: none, wrong: none }];
    const judge = (internal: boolean, ...headers: string[]) =>
      judgeReach({ releaseKey: "k", internal }, facts, { shares: new Map(), headers }).result;
    assert.deepEqual([judge(true, "a-k"), judge(true), judge(false, "a-k")], ["unseen", "fail", "fail"]);
  });

  it("says nothing of the app's files", async () => {
    const results = [true, false].map(async (internal) => {
      const [check] = filesChecks({ bucket: "b", spec: {}, internal } as Subject, () => Promise.resolve(none));
      return (await check?.run())?.result;
    });
    assert.deepEqual(await Promise.all(results), ["unseen", "fail"]);
  });

  it("loses no instance", async () => {
    const subject = { spec: { releases: [{ shape: { health: { path: "/" } } }] } } as unknown as Subject;
    const killed: string[] = [];
    const kill = (id: string) => Promise.resolve(void killed.push(id));
    const disruptor = (...ids: string[]) => ({ serving: () => Promise.resolve(ids), kill });
    const url = "http://127.0.0.1:1";
    await assert.rejects(disrupt(subject, url, disruptor("i-1", "i-2")), /does not answer.*none was killed/);
    await assert.rejects(disrupt(subject, url, disruptor("i-1")), /fewer than two.*none was killed/);
    assert.deepEqual(killed, []);
  });
});

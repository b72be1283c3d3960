/** The folder of a shared file system on Alibaba Cloud. */
import assert from "node:assert/strict";
import { create } from "../../../components/clouds/alicloud/share-folder.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, ScriptedApi } from "../../support/scripted-api";

describe("the folder of a shared file system on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  const inputs = () => ({
    region: "cn-hangzhou",
    endpoint: api.url,
    fileSystem: "1a2b",
    folder: "/service",
    owner: { user: 1000, group: 1001 },
    permission: "0750",
  });

  it("is created with its owner", async () => {
    api.reply = () => ({});
    assert.equal((await create(inputs())).id, "1a2b:/service");
    const { RootDirectory, OwnerUserId, OwnerGroupId, Permission } = api.requests[0]?.fields ?? {};
    assert.deepEqual([RootDirectory, OwnerUserId, OwnerGroupId, Permission], ["/service", "1000", "1001", "0750"]);
  });

  it("is created by another attempt where a call is throttled, and fails with the cloud's reason", async () => {
    let calls = 0;
    api.reply = () => (++calls === 1 ? refusal("Throttling.User") : {});
    await create(inputs());
    assert.equal(calls, 2);
    api.reply = () => refusal("InvalidProtocolType.NotSupported");
    await assert.rejects(create(inputs()), /InvalidProtocolType\.NotSupported/);
  });
});

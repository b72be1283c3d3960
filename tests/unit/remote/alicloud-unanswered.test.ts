/** Requests to Alibaba Cloud that get no answer, or one that says that the service cannot work on them now. */
import assert from "node:assert/strict";
import { Api } from "../../../components/clouds/alicloud/api.remote";
import { ImageSession } from "../../../components/clouds/alicloud/image-session.remote";
import { useClock } from "../../../components/clock.remote";
import { refusal, ScriptedApi } from "../../support/scripted-api";

describe("requests to Alibaba Cloud", () => {
  const api = ScriptedApi.forSuite();
  let time = 0;
  beforeEach(() => {
    time = 0;
    useClock({
      now: () => time,
      sleep: (milliseconds) => {
        time += milliseconds;
        return Promise.resolve();
      },
    });
  });
  after(() => {
    useClock();
  });

  /** Lets the first requests fail, each after so many seconds. */
  const fails = (times: number, code: string, seconds = 0) => {
    api.reply = (_action, _fields, request) => {
      time += seconds * 1000;
      return request <= times ? refusal(code) : { TotalCount: 0 };
    };
  };
  const ess = () => new Api("ess", api.url);
  const session = () => new ImageSession({ region: "cn-hangzhou", ecs: api.url, scaling: api.url }, 15);

  for (const action of ["DescribeScalingGroups", "GetRule", "ListServerGroups"])
    for (const code of ["ServiceUnavailable", "Throttling.User", "InternalError"])
      it(`are repeated if they only read: ${action} after ${code}`, async () => {
        fails(2, code);
        assert.equal((await ess().request<{ TotalCount: number }>(action, {})).TotalCount, 0);
        assert.equal(api.requests.length, 3);
      });

  it("are repeated although each reply takes longer than all attempts may take", async () => {
    fails(3, "ServiceUnavailable", 100);
    assert.equal((await ess().request<{ TotalCount: number }>("DescribeScalingGroups", {})).TotalCount, 0);
    assert.equal(api.requests.length, 4);
  });

  it("are not repeated if they change something, whose effect the caller finds out", async () => {
    fails(1, "ServiceUnavailable");
    await assert.rejects(ess().request("ModifyScalingGroup", {}), /ServiceUnavailable/);
    assert.equal(api.requests.length, 1);
  });

  for (const code of ["InvalidParameter", "Forbidden.RAM", "InvalidAccessKeyId.NotFound"])
    it(`are not repeated after a refusal: ${code}`, async () => {
      fails(1, code);
      await assert.rejects(ess().request("DescribeScalingGroups", {}), new RegExp(code.replace(".", "\\.")));
      assert.equal(api.requests.length, 1);
    });

  it("about images are repeated although each reply takes longer than all attempts may take", async () => {
    fails(3, "ServiceUnavailable", 200);
    assert.deepEqual(await session().images({ ImageId: "m-1" }), []);
    assert.equal(api.requests.length, 4);
  });

  it("about images are given up after three minutes", async () => {
    fails(1000, "ServiceUnavailable");
    await assert.rejects(session().images({ ImageId: "m-1" }), /ServiceUnavailable/);
    assert.ok(time >= 180_000 && time < 190_000, String(time));
  });
});

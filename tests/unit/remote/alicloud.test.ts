/** The remote modules of Alibaba Cloud against an API that replies as each test says. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as vswitches from "../../../components/clouds/alicloud/existing-vswitches.remote";
import * as targets from "../../../components/clouds/alicloud/healthy-targets.remote";
import * as suffix from "../../../components/clouds/alicloud/random-suffix.remote";
import * as role from "../../../components/clouds/alicloud/service-linked-role.remote";
import * as split from "../../../components/clouds/alicloud/traffic-split-check.remote";
import { fastClock } from "../../support/clock";

type Reply = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, string>>;

/** A reply with an error code, as the cloud sends it. */
const refusal = (Code: string): Reply => ({ Code, Message: `refused with ${Code}` });

describe("the remote modules of Alibaba Cloud", () => {
  fastClock(50);
  let server: Server;
  let url = "";
  let reply: (action: string, fields: Fields, request: number) => Reply;
  const requests: { action: string; fields: Fields }[] = [];
  const keys = { ALICLOUD_ACCESS_KEY: "key", ALICLOUD_SECRET_KEY: "secret" };

  before(async () => {
    Object.assign(process.env, keys);
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const fields = Object.fromEntries(new URLSearchParams(body));
        const { Action: action = "" } = fields;
        requests.push({ action, fields });
        const said = reply(action, fields, requests.length);
        response.writeHead("Code" in said ? 400 : 200).end(JSON.stringify(said));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests.length = 0;
  });
  after(() => {
    for (const name of Object.keys(keys)) Reflect.deleteProperty(process.env, name);
    server.closeAllConnections();
    server.close();
  });
  const actions = () => requests.map(({ action }) => action);

  describe("wait for healthy targets", () => {
    const inputs = () => ({
      ...{ region: "cn-hangzhou", loadBalancing: url, scaling: url, listener: "lsn-1", targetGroup: "sgp-1" },
      ...{ instances: 2, within: 60, group: "asg-1", drain: 10 },
    });
    const listed = (...ids: string[]) => ({ Servers: ids.map((ServerId) => ({ ServerId, Status: "Available" })) });
    const unhealthy = (group: string, ...ids: string[]) => {
      const Reason = { ReasonCode: "502", ActualResponse: "bad gateway" };
      const NonNormalServers = ids.map((ServerId) => ({ ServerId, Status: "Unavailable", Reason }));
      return { RuleHealthStatus: [{ ServerGroupInfos: [{ ServerGroupId: group, NonNormalServers }] }] };
    };

    it("counts a server that was healthy twice in a row, whatever another target group has", async () => {
      reply = (action) => (action === "ListServerGroupServers" ? listed("i-1", "i-2") : unhealthy("sgp-2", "i-1"));
      assert.equal((await targets.create(inputs())).id, "asg-1");
      assert.equal(requests.length, 4);
    });

    it("reads all pages", async () => {
      reply = (action, { NextToken }) => {
        if (action !== "ListServerGroupServers") return {};
        return NextToken === "2" ? listed("i-2") : { ...listed("i-1"), NextToken: "2" };
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
    });

    it("fails in time with the reasons of the load balancer and of Auto Scaling", async () => {
      reply = (action) => {
        if (action === "ListServerGroupServers") return listed("i-1", "i-2");
        if (action === "GetListenerHealthStatus") return unhealthy("sgp-1", "i-1", "i-2");
        return { ScalingActivities: { ScalingActivity: [{ ErrorMessage: "no stock" }] } };
      };
      await assert.rejects(
        targets.create(inputs()),
        /^Error: asg-1 has 0 healthy instances of 2 after 60 s \(Unavailable 502 bad gateway; no stock\)\. The traffic split was not changed\. The next update waits again/,
      );
    });

    it("goes on while the API fails for the moment, and stops where the credentials lack the permission", async () => {
      reply = (action, _fields, request) => {
        if (request < 4) return refusal("ServiceUnavailable");
        return action === "ListServerGroupServers" ? listed("i-1", "i-2") : {};
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
      reply = () => refusal("Forbidden.RAM");
      requests.length = 0;
      await assert.rejects(targets.create(inputs()), /Forbidden\.RAM/);
      assert.equal(requests.length, 1);
    });

    it("waits on a delete for the recorded time, and not at all for an earlier version's outputs without one", async () => {
      for (const [outputs, least] of [[{ drain: 10 }, 150] as const, [{}, 0] as const]) {
        const start = Date.now();
        await targets.delete("asg-1", outputs);
        const took = Date.now() - start;
        assert.ok(took >= least && took < least + 140, `${took} ms`);
      }
      assert.deepEqual(requests, []);
    });
  });

  describe("check the traffic split", () => {
    const inputs = () => ({
      region: "cn-hangzhou",
      loadBalancing: url,
      rule: "rule-1",
      shares: ["sgp-2=10", "sgp-1=90"],
    });
    const rule = (...weights: number[]) => {
      const ServerGroupTuples = weights.map((Weight, index) => ({ ServerGroupId: `sgp-${index + 1}`, Weight }));
      return { Rules: [{ RuleActions: [{ Type: "ForwardGroup", ForwardGroupConfig: { ServerGroupTuples } }] }] };
    };

    it("passes when the rule has the requested weights in any order, after failures of the API", async () => {
      reply = (_action, _fields, request) => (request === 1 ? refusal("Throttling.User") : rule(90, 10));
      assert.equal((await split.create(inputs())).id, "rule-1");
      assert.deepEqual(await split.update("rule-1", {}, inputs()), { outs: inputs() });
    });

    it("fails with both splits and what to do", async () => {
      reply = () => rule(100, 0);
      await assert.rejects(
        split.create(inputs()),
        /the traffic split in the cloud is sgp-1=100 and sgp-2=0, but sgp-1=90 and sgp-2=10 was requested\..*run pulumi up --refresh/,
      );
    });
  });

  describe("look up existing vSwitches", () => {
    const inputs = (...ids: string[]) => ({ region: "cn-hangzhou", vpc: "vpc-1", ids, endpoint: url });
    const all: Readonly<Record<string, Reply>> = {
      "vsw-a": { VpcId: "vpc-1", ZoneId: "cn-hangzhou-a", CidrBlock: "10.0.0.0/24" },
      "vsw-a2": { VpcId: "vpc-1", ZoneId: "cn-hangzhou-a", CidrBlock: "10.0.2.0/24" },
      "vsw-b": { VpcId: "vpc-1", ZoneId: "cn-hangzhou-b", CidrBlock: "10.0.1.0/24" },
      "vsw-other": { VpcId: "vpc-2", ZoneId: "cn-hangzhou-b", CidrBlock: "10.0.1.0/24" },
    };
    beforeEach(() => {
      reply = (_action, { VSwitchId = "" }) => all[VSwitchId] ?? refusal("InvalidVswitchID.NotFound");
    });

    it("returns the zones and the CIDR blocks in the order of the ids", async () => {
      const { id, outs } = await vswitches.create(inputs("vsw-b", "vsw-a"));
      assert.deepEqual(
        [id, outs.zones, outs.ranges],
        ["vsw-b,vsw-a", ["cn-hangzhou-b", "cn-hangzhou-a"], ["10.0.1.0/24", "10.0.0.0/24"]],
      );
    });

    it("fails with all problems at once", async () => {
      await assert.rejects(
        vswitches.create(inputs("vsw-a", "vsw-other", "vsw-none")),
        /two or more zones of vpc-1 in cn-hangzhou: vsw-other is in vpc-2; vsw-none does not exist$/,
      );
      await assert.rejects(
        vswitches.create(inputs("vsw-a", "vsw-a2")),
        /all in cn-hangzhou-a, cn-hangzhou-a, and .* two zones/,
      );
    });
  });

  describe("ensure the service-linked role", () => {
    const id = "AliyunServiceRoleForAutoScaling";
    const inputs = () => ({ service: "ess.aliyuncs.com", role: id, endpoint: url });

    it("creates it, or takes the existing one", async () => {
      for (const said of [{}, refusal("EntityAlreadyExists.Role")]) {
        reply = () => said;
        assert.equal((await role.create(inputs())).id, id);
      }
      assert.deepEqual(actions(), ["CreateServiceLinkedRole", "CreateServiceLinkedRole"]);
    });

    it("takes the existing one where the credentials may not create it, and else says who has to run what", async () => {
      reply = (action) => (action === "GetRole" ? {} : refusal("NoPermission"));
      assert.equal((await role.create(inputs())).id, id);
      reply = () => refusal("NoPermission");
      await assert.rejects(
        role.create(inputs()),
        /the account has no role AliyunServiceRoleForAutoScaling, .* aliyun resourcemanager CreateServiceLinkedRole --ServiceName ess\.aliyuncs\.com$/,
      );
    });

    it("repeats a request that failed for the moment", async () => {
      reply = (_action, _fields, request) => (request < 3 ? refusal("ServiceUnavailable") : {});
      assert.equal((await role.create(inputs())).id, id);
      assert.equal(requests.length, 3);
    });
  });

  it("draw eight random hexadecimal digits", async () => {
    const drawn = await Promise.all([suffix.create(), suffix.create()]);
    for (const { id, outs } of drawn) assert.match(outs.suffix, new RegExp(`^(?=[0-9a-f]{8}$)${id}$`));
    assert.notEqual(drawn[0].id, drawn[1].id);
  });
});

/** The remote modules of Alibaba Cloud against an API that replies as each test says. */
import assert from "node:assert/strict";
import * as vswitch from "../../../components/clouds/alicloud/existing-vswitch.remote";
import * as targets from "../../../components/clouds/alicloud/healthy-targets.remote";
import * as suffix from "../../../components/clouds/alicloud/random-suffix.remote";
import * as role from "../../../components/clouds/alicloud/service-linked-role.remote";
import { now } from "../../../components/clock.remote";
import { simulatedClock } from "../../support/clock";
import { refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

describe("the remote modules of Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  const { requests } = api;

  describe("wait for healthy targets", () => {
    const inputs = () => ({
      ...{ region: "cn-hangzhou", loadBalancing: api.url, scaling: api.url, listener: "lsn-1", targetGroup: "sgp-1" },
      ...{ instances: 2, healthyAfter: 20, within: 60, group: "asg-1", drain: 10 },
      ...{ removalPolicies: ["OldestInstance"], tags: { team: "books" } },
    });
    const instances = (...ids: string[]) => ({
      TotalCount: ids.length,
      ScalingInstances: { ScalingInstance: ids.map((InstanceId) => ({ InstanceId })) },
    });
    const listed = (...ids: string[]) => ({ Servers: ids.map((ServerId) => ({ ServerId, Status: "Available" })) });
    const unhealthy = (group: string, ...ids: string[]) => {
      const Reason = { ReasonCode: "502", ActualResponse: "bad gateway" };
      const NonNormalServers = ids.map((ServerId) => ({ ServerId, Status: "Unavailable", Reason }));
      return { RuleHealthStatus: [{ ServerGroupInfos: [{ ServerGroupId: group, NonNormalServers }] }] };
    };

    /** How often the load balancer was asked. */
    const polls = () => requests.filter(({ action }) => action === "GetListenerHealthStatus").length;

    it("counts a server that was checked and then healthy twice in a row, whatever another target group has", async () => {
      api.reply = (action) => {
        if (action === "DescribeScalingInstances") return instances("i-1", "i-2");
        if (action === "ListServerGroupServers") return listed("i-1", "i-2");
        return action === "GetListenerHealthStatus" && polls() <= 1
          ? unhealthy("sgp-1", "i-1", "i-2")
          : unhealthy("sgp-2", "i-1");
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
      assert.equal(polls(), 3);
    });

    it("counts a server that was never listed as checked only after the time that the checks take", async () => {
      const start = now();
      api.reply = (action) => {
        if (action === "DescribeScalingInstances") return instances("i-1", "i-2");
        return action === "ListServerGroupServers" ? listed("i-1", "i-2") : {};
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
      assert.ok(now() - start >= 20_000, "it did not wait for the load balancer's checks");
    });

    it("counts a server that recovers only from its second healthy look on", async () => {
      api.reply = (action) => {
        if (action === "DescribeScalingInstances") return instances("i-1", "i-2");
        if (action === "ListServerGroupServers") return listed("i-1", "i-2");
        return action === "GetListenerHealthStatus" && polls() === 2 ? unhealthy("sgp-1", "i-1", "i-2") : {};
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
      assert.equal(polls(), 4);
    });

    it("counts no server that the load balancer lists as unhealthy only after a while", async () => {
      api.reply = (action) => {
        if (action === "DescribeScalingInstances") return instances("i-1", "i-2");
        if (action === "ListServerGroupServers") return listed("i-1", "i-2");
        return action === "GetListenerHealthStatus" && polls() > 2 ? unhealthy("sgp-1", "i-1", "i-2") : {};
      };
      // The clock is fast, and requests are not: two of them take less than the time for checks on a busy machine too.
      await assert.rejects(
        targets.create({ ...inputs(), healthyAfter: 59 }),
        /asg-1 has 0 healthy instances of 2 after 60 s/,
      );
    });

    it("lets a group that triggers have scaled in have as many as required, within its bounds", async () => {
      const members = ["i-1"];
      api.reply = (action, { DesiredCapacity = "" }) => {
        if (action === "ModifyScalingGroup") members.push(`i-${DesiredCapacity}`);
        if (action === "DescribeScalingGroups")
          return { ScalingGroups: { ScalingGroup: [{ MaxSize: 2, DesiredCapacity: members.length }] } };
        if (action === "DescribeScalingInstances") return instances(...members);
        return action === "ListServerGroupServers" ? listed(...members) : {};
      };
      assert.equal((await targets.create({ ...inputs(), instances: 3 })).id, "asg-1");
      assert.deepEqual(members, ["i-1", "i-2"]);
    });

    it("requires one at least, even of a group that somebody has set to none", async () => {
      api.reply = (action) => {
        if (action === "DescribeScalingGroups")
          return { ScalingGroups: { ScalingGroup: [{ MaxSize: 0, DesiredCapacity: 1 }] } };
        return action === "DescribeScalingInstances" ? instances() : {};
      };
      await assert.rejects(targets.create(inputs()), /asg-1 has 0 healthy instances of 1 after 60 s/);
    });

    it("enables a group that its creation has left disabled", async () => {
      let state = "Inactive";
      api.reply = (action) => {
        if (action === "EnableScalingGroup") state = "Active";
        if (action === "DescribeScalingGroups")
          return { ScalingGroups: { ScalingGroup: [{ MaxSize: 2, DesiredCapacity: 1, LifecycleState: state }] } };
        const members = state === "Active" ? ["i-1"] : [];
        if (action === "DescribeScalingInstances") return instances(...members);
        return action === "ListServerGroupServers" ? listed(...members) : {};
      };
      assert.equal((await targets.create({ ...inputs(), instances: 1 })).id, "asg-1");
      const sent = requests.filter(({ action }) => /^(Tag|Modify|Enable)/.test(action));
      assert.deepEqual(
        sent.map(({ action }) => action),
        ["TagResources", "ModifyScalingGroup", "EnableScalingGroup"],
      );
    });

    it("fails while three of six are never healthy", async () => {
      const six = ["i-1", "i-2", "i-3", "i-4", "i-5", "i-6"];
      api.reply = (action) => {
        if (action === "DescribeScalingInstances") return instances(...six);
        if (action === "ListServerGroupServers") return listed(...six);
        return action === "GetListenerHealthStatus" ? unhealthy("sgp-1", ...six.slice(3)) : {};
      };
      await assert.rejects(
        targets.create({ ...inputs(), instances: 6 }),
        /asg-1 has 3 healthy instances of 6 after 60 s \(Unavailable 502 bad gateway\)/,
      );
    });

    it("counts no server of another group", async () => {
      api.reply = (action) => {
        if (action === "DescribeScalingInstances") return instances("i-2", "i-3");
        return action === "ListServerGroupServers" ? listed("i-1", "i-2") : {};
      };
      await assert.rejects(targets.create(inputs()), /asg-1 has 1 healthy instances of 2 after 60 s/);
    });

    it("reads all pages", async () => {
      api.reply = (action, { NextToken, PageNumber }) => {
        if (action === "DescribeScalingInstances")
          return { ...instances(PageNumber === "2" ? "i-2" : "i-1"), TotalCount: 2 };
        if (action !== "ListServerGroupServers") return {};
        return NextToken === "2" ? listed("i-2") : { ...listed("i-1"), NextToken: "2" };
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
    });

    it("fails in time with the reasons of the load balancer and of Auto Scaling", async () => {
      api.reply = (action) => {
        if (action === "ListServerGroupServers") return listed("i-1", "i-2");
        if (action === "GetListenerHealthStatus") return unhealthy("sgp-1", "i-1", "i-2");
        return { ScalingActivities: { ScalingActivity: [{ ErrorMessage: "no stock" }] } };
      };
      await assert.rejects(
        targets.create(inputs()),
        /^Error: asg-1 has 0 healthy instances of 2 after 60 s \(Unavailable 502 bad gateway; no stock\)\. The traffic split was not changed\. The next update waits again/,
      );
    });

    it("says what to do about an image that cannot be pulled", async () => {
      const StatusMessage = "ErrImagePull: lookup books-registry-vpc.cn-hangzhou.cr.aliyuncs.com: no such host";
      const once = { ErrorMessage: "", StatusMessage };
      api.reply = (action) =>
        action === "DescribeScalingActivities" ? { ScalingActivities: { ScalingActivity: [once, once] } } : {};
      await assert.rejects(targets.create(inputs()), /no such host \(the instances cannot pull .*alicloud\.registry/);
    });

    const advice: readonly (readonly [reason: string, advice: RegExp])[] = [
      ["InvalidParameter.HttpTokens", /Features\.ImdsSupport of the image must be v2/],
      ["InvalidSystemDiskSize.LessThanImageSize", /disk\.sizeGiB must be at least the image's size/],
      ["InvalidParameter.EncryptedNotSupported", /use other vSwitches or zones/],
      ["InitContainerFailed: the init container secrets exited with 1", /each must exist, .* allow the app's role/],
    ];
    for (const [ErrorMessage, message] of advice)
      it(`says what to do about ${ErrorMessage}`, async () => {
        api.reply = (action) =>
          action === "DescribeScalingActivities" ? { ScalingActivities: { ScalingActivity: [{ ErrorMessage }] } } : {};
        await assert.rejects(targets.create({ ...inputs(), within: 4 }), message);
      });

    it("goes on while the API fails for the moment, and stops where the credentials lack the permission", async () => {
      api.reply = (action, _fields, request) => {
        if (request < 4) return refusal("ServiceUnavailable");
        if (action === "DescribeScalingInstances") return instances("i-1", "i-2");
        return action === "ListServerGroupServers" ? listed("i-1", "i-2") : {};
      };
      assert.equal((await targets.create(inputs())).id, "asg-1");
      api.reply = () => refusal("Forbidden.RAM");
      requests.length = 0;
      await assert.rejects(targets.create(inputs()), /Forbidden\.RAM/);
      assert.equal(requests.length, 1);
    });

    it("waits on a delete for the recorded time, and not at all for an earlier version's outputs without one", async () => {
      for (const [outputs, seconds] of [[{ drain: 10 }, 10] as const, [{}, 0] as const]) {
        const start = now();
        await targets.delete("asg-1", outputs);
        assert.equal((now() - start) / 1000, seconds);
      }
      assert.deepEqual(requests, []);
    });
  });

  describe("look up an existing vSwitch", () => {
    const inputs = (vSwitch: string) => ({ region: "cn-hangzhou", vpc: "vpc-1", vSwitch, endpoint: api.url });
    const all: Readonly<Record<string, Reply>> = {
      "vsw-a": { VpcId: "vpc-1", ZoneId: "cn-hangzhou-a", CidrBlock: "10.0.0.0/24" },
      "vsw-other": { VpcId: "vpc-2", ZoneId: "cn-hangzhou-b", CidrBlock: "10.0.1.0/24" },
    };
    beforeEach(() => {
      api.reply = (_action, { VSwitchId = "" }) => all[VSwitchId] ?? refusal("InvalidVswitchID.NotFound");
    });

    it("returns its zone and its CIDR block", async () => {
      const { id, outs } = await vswitch.create(inputs("vsw-a"));
      assert.deepEqual([id, outs.zone, outs.range], ["vsw-a", "cn-hangzhou-a", "10.0.0.0/24"]);
    });

    it("fails where it does not exist or is in another network", async () => {
      await assert.rejects(vswitch.create(inputs("vsw-other")), /vsw-other must be in vpc-1, but is in vpc-2$/);
      await assert.rejects(vswitch.create(inputs("vsw-none")), /vsw-none does not exist in cn-hangzhou$/);
    });
  });

  describe("ensure the service-linked role", () => {
    const id = "AliyunServiceRoleForAutoScaling";
    const inputs = () => ({ service: "ess.aliyuncs.com", role: id, endpoint: api.url });

    it("creates it, or takes the existing one", async () => {
      for (const said of [{}, refusal("EntityAlreadyExists.Role")]) {
        api.reply = () => said;
        assert.equal((await role.create(inputs())).id, id);
      }
      assert.deepEqual(api.actions, ["CreateServiceLinkedRole", "CreateServiceLinkedRole"]);
    });

    it("takes the existing one where the credentials may not create it, and else says who has to run what", async () => {
      api.reply = (action) => (action === "GetRole" ? {} : refusal("NoPermission"));
      assert.equal((await role.create(inputs())).id, id);
      api.reply = () => refusal("NoPermission");
      await assert.rejects(
        role.create(inputs()),
        /the account has no role AliyunServiceRoleForAutoScaling, .* aliyun resourcemanager CreateServiceLinkedRole --ServiceName ess\.aliyuncs\.com$/,
      );
    });

    it("repeats a request that failed for the moment", async () => {
      api.reply = (_action, _fields, request) => (request < 3 ? refusal("ServiceUnavailable") : {});
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

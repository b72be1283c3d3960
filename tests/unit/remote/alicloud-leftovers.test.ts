/**
 * What the intent removes on Alibaba Cloud after an interrupted update, against an API that replies as each test says.
 */
import assert from "node:assert/strict";
import { now } from "../../../components/clock.remote";
import type { Inputs } from "../../../components/clouds/alicloud/intent-inputs.remote";
import * as intent from "../../../components/clouds/alicloud/intent.remote";
import { settleSeconds } from "../../../components/clouds/timings";
import { simulatedClock } from "../../support/clock";
import { type Fields, refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

const owner = "immutable-service/dev/0a1b2c3d";

describe("the intent on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  /** Ids with the stack's mark, by type in lower case; and those that were kept on purpose. */
  let marked: Readonly<Record<string, readonly string[]>>;
  let kept: readonly string[];
  /** Replies to other requests, by action. */
  let replies: Readonly<Record<string, Reply | ((fields: Fields) => Reply)>>;

  beforeEach(() => {
    [marked, kept, replies] = [{}, [], {}];
    api.reply = (action, fields) => {
      if (action === "ListTagResources") return tagged(fields);
      const reply = replies[action] ?? {};
      return typeof reply === "function" ? reply(fields) : reply;
    };
  });

  function tagged({ ResourceType = "", Tag, "Tag.1.Key": key, "Tag.1.Value": value }: Fields): Reply {
    const [tag] =
      Tag === undefined ? [{ Key: key, Value: value }] : (JSON.parse(Tag) as [{ Key: string; Value?: string }]);
    if (tag.Key === "immutable-service:kept") return { TagResources: kept.map((ResourceId) => ({ ResourceId })) };
    assert.deepEqual(tag, { Key: "immutable-service", Value: owner });
    const ids = marked[ResourceType.toLowerCase()] ?? [];
    return { TagResources: { TagResource: ids.map((ResourceId) => ({ ResourceId })) } };
  }

  const inputs = (more: Partial<Inputs> = {}): Inputs => ({
    region: "cn-hangzhou",
    endpoints: {
      alb: api.url,
      ecs: api.url,
      ess: api.url,
      nas: api.url,
      oss: api.url,
      ram: api.url,
      sls: api.url,
      vpc: api.url,
    },
    ...{ owner, mark: "0a1b2c3d", digest: "2", attempt: 1, recorded: ["0a1b2c3d"], splitRules: [] },
    names: { service: "books", suffix: "675069", groups: [] },
    releases: [{ id: "1-0-0-aaaaaa", weight: 100 }],
    ...more,
  });
  const before = { attempt: 0, digest: "1" };
  const run = (more: Partial<Inputs> = {}) => intent.update("intent", before, inputs(more));
  const changes = () =>
    api.requests
      // The log service's API has no actions.
      .filter(({ action }) => !/^(List|Describe|Get|$)/.test(action))
      .map(({ action, fields }) => {
        const [, id = ""] =
          Object.entries(fields).find(([name]) => /^(?!.*AccessKey)(?!Signature|Region).*(Id|Name)$/.test(name)) ?? [];
        return `${action} ${id}`;
      });

  it("sends no request with a first update, nor with one after an update that ended", async () => {
    await intent.create(inputs({ attempt: 0, recorded: [] }));
    await intent.update("intent", { attempt: 1 }, inputs({ attempt: 1 }));
    assert.deepEqual(api.requests, []);
  });

  it("removes what has the mark and is not in the state, what uses something before it, and nothing else", async () => {
    marked = {
      scalinggroup: ["asg-1", "asg-2"],
      servergroup: ["sgp-1", "sgp-2"],
      securitygroup: ["sg-1"],
      launchtemplate: ["lt-1"],
      vswitch: ["vsw-1"],
      vpc: ["vpc-1"],
    };
    let groups = ["asg-1", "asg-2", "asg-foreign"];
    replies = {
      DescribeScalingGroups: ({ "ScalingGroupId.1": id }) => ({
        ScalingGroups: {
          ScalingGroup: groups.filter((one) => (id ?? one) === one).map((ScalingGroupId) => ({ ScalingGroupId })),
        },
      }),
      DeleteScalingGroup: ({ ScalingGroupId }) => {
        groups = groups.filter((group) => group !== ScalingGroupId);
        return {};
      },
    };
    await run({ recorded: ["asg-1", "asg-1:sgp-1:ALB:80", "sgp-1", "vpc-1"] });
    assert.deepEqual(changes(), [
      "DeleteScalingGroup asg-2",
      "DeleteServerGroup sgp-2",
      "DeleteLaunchTemplate lt-1",
      "DeleteSecurityGroup sg-1",
      "DeleteVSwitch vsw-1",
    ]);
  });

  it("leads a default route back to the gateway of the state, and deletes one that the state does not know", async () => {
    marked = { vpc: ["vpc-1"], natgateway: ["ngw-1", "ngw-2"] };
    const routeTo = (NextHopId: string) => ({
      RouteEntrys: {
        RouteEntry: [{ RouteEntryId: "rte-1", NextHops: { NextHop: [{ NextHopId, NextHopType: "NatGateway" }] } }],
      },
    });
    const tables = [{ RouteTableId: "vtb-1", RouteTableType: "System" }];
    replies = {
      DescribeRouteTableList: { TotalCount: 1, RouterTableList: { RouterTableListType: tables } },
      DescribeRouteEntryList: routeTo("ngw-2"),
    };
    await run({ recorded: ["vpc-1", "ngw-1", "vtb-1:ngw-1"] });
    assert.deepEqual(changes(), ["ModifyRouteEntry ngw-1", "DeleteNatGateway ngw-2"]);
    api.requests.length = 0;
    await run({ recorded: ["vpc-1", "ngw-1"] });
    assert.deepEqual(changes(), ["DeleteRouteEntry rte-1", "DeleteNatGateway ngw-2"]);
    api.requests.length = 0;
    replies = { ...replies, DescribeRouteEntryList: routeTo("ngw-1") };
    await run({ recorded: ["vpc-1", "ngw-1", "ngw-2", "vtb-1:ngw-1"] });
    assert.deepEqual(changes(), []);
  });

  it("leaves data that was kept on purpose, also with the mark", async () => {
    marked = { vpc: ["vpc-1"] };
    kept = ["vpc-1"];
    await run();
    assert.deepEqual(changes(), []);
  });

  it("removes what belongs to a group that stays, and a group that has its name and not yet its mark", async () => {
    marked = { scalinggroup: ["asg-1"] };
    let unmarked = true;
    const children = (outer: string, inner: string, id: string, ids: string[]) => ({
      ...{ TotalCount: ids.length, [outer]: { [inner]: ids.map((one) => ({ [id]: one })) } },
    });
    replies = {
      DescribeScalingGroups: () => ({
        TotalCount: unmarked ? 3 : 2,
        ScalingGroups: {
          ScalingGroup: [
            {
              ScalingGroupId: "asg-1",
              ServerGroups: { ServerGroup: [{ ServerGroupId: "sgp-1", Type: "ALB", Port: 80 }] },
            },
            { ScalingGroupId: "asg-other", ScalingGroupName: "books-1-1-0-bbbbbb-000000" },
            ...(unmarked ? [{ ScalingGroupId: "asg-new", ScalingGroupName: "books-1-1-0-bbbbbb-675069" }] : []),
          ],
        },
      }),
      DescribeScheduledTasks: ({ ScalingGroupId }) =>
        children(
          "ScheduledTasks",
          "ScheduledTask",
          "ScheduledTaskId",
          ScalingGroupId === "asg-1" ? ["ast-1", "ast-2"] : [],
        ),
      DeleteScalingGroup: () => {
        unmarked = false;
        return {};
      },
    };
    // After the deletion the list no longer has the group that it asks for.
    const { DescribeScalingGroups } = replies as { DescribeScalingGroups: (fields: Fields) => Reply };
    replies = {
      ...replies,
      DescribeScalingGroups: (fields) =>
        fields["ScalingGroupId.1"] !== undefined && !unmarked ? { TotalCount: 0 } : DescribeScalingGroups(fields),
    };
    await run({ recorded: ["asg-1", "ast-1"] });
    assert.deepEqual(changes(), [
      "DeleteScheduledTask ast-2",
      "DetachServerGroups asg-1",
      "DeleteScalingGroup asg-new",
    ]);
  });

  it("removes listeners, zones and its own kinds of rules from its load balancer", async () => {
    marked = { loadbalancer: ["alb-1"] };
    let zones = ["a", "b", "c"];
    let listeners = ["lsn-1", "lsn-2"];
    let rules = ["books-1-0-0-aaaaaa-header-http", "books-1-1-0-bbbbbb-header-http", "somebody-else"];
    replies = {
      ListListeners: ({ "ListenerIds.1": id }) => ({
        Listeners: listeners.filter((one) => (id ?? one) === one).map((ListenerId) => ({ ListenerId })),
      }),
      ListRules: ({ "RuleIds.1": id }) => ({
        Rules: rules
          .filter((name) => (id ?? name) === name)
          .map((name) => ({ RuleId: name, RuleName: name, ListenerId: "lsn-1", RuleStatus: "Available" })),
      }),
      GetLoadBalancerAttribute: () => ({
        LoadBalancerStatus: "Active",
        ZoneMappings: zones.map((zone) => ({ ZoneId: zone, VSwitchId: `vsw-${zone}` })),
      }),
      UpdateLoadBalancerZones: ({
        "ZoneMappings.1.ZoneId": first = "",
        "ZoneMappings.2.ZoneId": second = "",
        ...more
      }) => {
        assert.ok(!("ZoneMappings.3.ZoneId" in more));
        zones = [first, second];
        return {};
      },
      DeleteRule: ({ RuleId }) => {
        rules = rules.filter((rule) => rule !== RuleId);
        return {};
      },
      DeleteListener: ({ ListenerId }) => {
        listeners = listeners.filter((one) => one !== ListenerId);
        return {};
      },
    };
    const recorded = ["alb-1", "lsn-1", "books-1-0-0-aaaaaa-header-http"];
    await run({ recorded: [...recorded, "alb-1/a/vsw-a"] });
    const removed = ["DeleteRule books-1-1-0-bbbbbb-header-http", "DeleteListener lsn-2"];
    assert.deepEqual(changes(), [...removed, "UpdateLoadBalancerZones alb-1"]);
    // A load balancer has two zones at least; and those that it was created with may not be recorded yet.
    assert.deepEqual(zones, ["a", "b"]);
    zones = ["a", "b", "c"];
    await run({ recorded });
    assert.deepEqual(zones, ["a", "b", "c"]);
  });

  it("waits while something still uses what it removes, and names what it cannot remove", async () => {
    marked = { vswitch: ["vsw-1"] };
    let left = 2;
    replies = { DeleteVSwitch: () => ((left -= 1) > 0 ? refusal("DependencyViolation") : {}) };
    await run();
    replies = { DeleteVSwitch: refusal("OperationDenied") };
    await assert.rejects(run(), /cannot remove the vSwitch vsw-1, which an interrupted update left: OperationDenied/);
  });

  describe("the traffic split", () => {
    const split = (shares: Readonly<Record<string, number>>) => ({
      ListRules: {
        Rules: [
          {
            ...{ RuleId: "rule-1", RuleStatus: "Available" },
            RuleActions: [
              {
                Type: "ForwardGroup",
                ForwardGroupConfig: {
                  ServerGroupTuples: Object.entries(shares).map(([ServerGroupId, Weight]) => ({
                    ServerGroupId,
                    Weight,
                  })),
                },
              },
            ],
          },
        ],
      },
      ListServerGroups: {
        ServerGroups: [
          { ServerGroupId: "sgp-a", Tags: [{ Key: "release", Value: "1-0-0-aaaaaa" }] },
          { ServerGroupId: "sgp-b", Tags: [{ Key: "release", Value: "1-1-0-bbbbbb" }] },
        ],
      },
    });

    it("loses what the program does not name, if something with a share remains, and waits", async () => {
      replies = split({ "sgp-a": 40, "sgp-b": 60 });
      const start = now();
      await run({ splitRules: ["rule-1"] });
      assert.ok(now() - start >= settleSeconds * 1000, "what has lost its requests may be deleted at once");
      const { fields } = api.requests.find(({ action }) => action === "UpdateRuleAttribute") ?? assert.fail();
      const set = Object.entries(fields).filter(([name]) => name.includes("ServerGroupTuples"));
      assert.deepEqual(
        set.map(([, value]) => value),
        ["sgp-a", "40"],
      );
    });

    it("stays where all the traffic is with a release that the program does not name", async () => {
      for (const shares of [{ "sgp-b": 100 }, { "sgp-a": 0, "sgp-b": 100 }]) {
        replies = split(shares as Record<string, number>);
        await run({ splitRules: ["rule-1"] });
      }
      assert.deepEqual(changes(), []);
    });
  });
});

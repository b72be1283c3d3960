/** The remote modules that change a listener's rules and a load balancer's zones, against a listener that keeps them. */
import assert from "node:assert/strict";
import { now } from "../../../components/clock.remote";
import type { Requested } from "../../../components/clouds/cloud";
import * as header from "../../../components/clouds/alicloud/header-rule.remote";
import * as zone from "../../../components/clouds/alicloud/load-balancer-zone.remote";
import * as redirect from "../../../components/clouds/alicloud/redirect-rule.remote";
import * as traffic from "../../../components/clouds/alicloud/traffic-rule.remote";
import { simulatedClock } from "../../support/clock";
import { type Fields, refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

interface Rule {
  RuleId: string;
  RuleName: string;
  ListenerId: string;
  LoadBalancerId: string;
  Priority: number;
  RuleStatus: string;
  RuleActions: unknown[];
}

/** The weights that a request sets, by server group; undefined for another action. */
function tuplesIn(fields: Fields): Map<string, number> {
  const at = (index: number, name: string) =>
    fields[`RuleActions.1.ForwardGroupConfig.ServerGroupTuples.${index}.${name}`];
  const shares = new Map<string, number>();
  for (let index = 1; at(index, "ServerGroupId") !== undefined; index += 1)
    shares.set(at(index, "ServerGroupId") ?? "", Number(at(index, "Weight")));
  return shares;
}

function forward(shares: ReadonlyMap<string, number>): unknown {
  const ServerGroupTuples = [...shares].map(([ServerGroupId, Weight]) => ({ ServerGroupId, Weight }));
  return { Type: "ForwardGroup", ForwardGroupConfig: { ServerGroupTuples } };
}

const requested: Requested = {
  ...{ name: "books", cloud: "aws", region: "us-east-1", network: { cidr: "10.0.0.0/16" }, internal: false },
  ...{ digest: "abcdef", attempt: 0 },
};

describe("the rules of a listener on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  let rules: Rule[];
  /** Refusals of the next requests that change something. */
  let refusals: Reply[];

  beforeEach(() => {
    rules = [];
    refusals = [];
    api.reply = (action, fields, request) => {
      if (action === "ListRules") {
        const found = rules.filter(({ RuleId, ListenerId, LoadBalancerId }) => {
          const [id, listener, balancer] = [fields["RuleIds.1"], fields["ListenerIds.1"], fields["LoadBalancerIds.1"]];
          return (
            (id ?? RuleId) === RuleId &&
            (listener ?? ListenerId) === ListenerId &&
            (balancer ?? "alb-1") === LoadBalancerId
          );
        });
        return { Rules: found };
      }
      // Nobody has healthy instances, so the traffic may move.
      if (["ListServerGroupServers", "GetListenerHealthStatus"].includes(action)) return {};
      const refused = refusals.shift();
      if (refused !== undefined) return refused;
      const rule = rules.find(({ RuleId }) => RuleId === fields.RuleId);
      if (action === "CreateRule") return create(fields, `rule-${request}`);
      if (rule === undefined) return refusal("ResourceNotFound.Rule");
      if (action === "DeleteRule") rules = rules.filter((one) => one !== rule);
      else rule.RuleActions = [forward(tuplesIn(fields))];
      return {};
    };
  });

  function create(fields: Fields, RuleId: string): Reply {
    const { ListenerId = "", RuleName = "", Priority } = fields;
    if (rules.some((one) => one.ListenerId === ListenerId && String(one.Priority) === Priority))
      return refusal("Conflict.Priority");
    const RuleActions =
      fields["RuleActions.1.Type"] === "Redirect" ? [{ Type: "Redirect" }] : [forward(tuplesIn(fields))];
    add({ RuleId, RuleName, ListenerId, Priority: Number(Priority), RuleActions });
    return { RuleId };
  }
  const add = (rule: Partial<Rule>) =>
    rules.push({
      ...{ RuleId: "rule-0", RuleName: "foreign", ListenerId: "lsn-1", LoadBalancerId: "alb-1", Priority: 1 },
      ...{ RuleStatus: "Available", RuleActions: [] },
      ...rule,
    });
  const place = (name: string) => ({ region: "cn-hangzhou", loadBalancing: api.url, listener: "lsn-1", name });
  const changes = () => api.actions.filter((action) => action !== "ListRules");

  describe("a header rule", () => {
    const inputs = () => ({
      ...place("books-1-0-0-abcdef-header-http"),
      header: "1-0-0-abcdef-0f3c9a11",
      targetGroup: "sgp-1",
    });

    it("gets the first free priority, and forwards the requests that name the release", async () => {
      add({ Priority: 1 });
      const { id, outs } = await header.create(inputs());
      assert.equal(outs.rule, id);
      const { fields } = api.requests.find(({ action }) => action === "CreateRule") ?? assert.fail();
      assert.equal(fields.Priority, "2");
      assert.equal(fields["RuleConditions.1.HeaderConfig.Values.1"], "1-0-0-abcdef-0f3c9a11");
      assert.deepEqual([...tuplesIn(fields)], [["sgp-1", 100]]);
    });

    it("is taken over where an interrupted update left it, and then forwards to the new target group", async () => {
      add({ RuleId: "rule-left", RuleName: inputs().name, RuleActions: [forward(new Map([["sgp-0", 100]]))] });
      assert.equal((await header.create(inputs())).id, "rule-left");
      assert.deepEqual(changes(), ["UpdateRuleAttribute"]);
      assert.deepEqual(rules[0]?.RuleActions, [forward(new Map([["sgp-1", 100]]))]);
    });

    it("waits while the listener is busy, and takes another priority where its own was taken meanwhile", async () => {
      refusals = ["IncorrectStatus.Listener", "ResourceInConfiguring.Listener", "Conflict.Priority"].map(refusal);
      await header.create(inputs());
      assert.deepEqual(changes(), Array(4).fill("CreateRule"));
    });

    it("fails at once where the request is wrong", async () => {
      refusals = [refusal("IllegalParam.RuleConditions")];
      await assert.rejects(header.create(inputs()), /IllegalParam.RuleConditions/);
      assert.equal(changes().length, 1);
    });

    it("is gone after a refresh where somebody has deleted it, and deleting it twice is no failure", async () => {
      const { id, outs } = await header.create(inputs());
      assert.deepEqual(await header.read(id, outs), { id, props: outs });
      await header.delete(id, outs);
      await header.delete(id, outs);
      assert.deepEqual(await header.read(id, outs), {});
    });
  });

  it("a redirect gets the last priority, below every traffic split", async () => {
    const { id, outs } = await redirect.create(place("books-redirect-http"));
    assert.equal(rules[0]?.Priority, 10_000);
    assert.deepEqual(await redirect.read(id, outs), { id, props: outs });
    await redirect.delete(id, outs);
    assert.deepEqual(rules, []);
  });

  describe("the traffic split", () => {
    const url = "http://203.0.113.1";
    const share = (targetGroup: string, weight: number, passed: (string | undefined)[] = ["asg-1"]) => ({
      ...{ release: `release-of-${targetGroup}`, version: "1.0.0", image: "image" },
      ...{ targetGroup, weight, passed },
    });
    const inputs = (...shares: ReturnType<typeof share>[]) => ({
      ...place("books-traffic-split-http"),
      ...{ url, requested, shares, monitoring: api.url, scaling: api.url },
    });
    const timed = async (work: Promise<unknown>) => {
      const start = now();
      await work;
      return (now() - start) / 1000;
    };

    it("shares the requests, and reports what it has read", async () => {
      const { outs } = await traffic.create(inputs(share("sgp-1", 90), share("sgp-2", 10)));
      assert.deepEqual(
        outs.serving.releases.map(({ id, weight }) => [id, weight]),
        [
          ["release-of-sgp-1", 90],
          ["release-of-sgp-2", 10],
        ],
      );
      assert.equal(outs.serving.url, url);
      const { fields } = api.requests.find(({ action }) => action === "CreateRule") ?? assert.fail();
      assert.equal(fields["RuleConditions.1.PathConfig.Values.1"], "/*");
      assert.equal(rules[0]?.Priority, 5000);
    });

    it("moves nothing to a release that has not passed its checks, and sends no request", async () => {
      await assert.rejects(
        traffic.create(inputs(share("sgp-1", 100, ["asg-1", undefined]))),
        /the traffic was not moved: release-of-sgp-1 has not passed/,
      );
      assert.deepEqual(api.requests, []);
    });

    it("waits until the rule is in effect where a group lost requests, also if an interrupted update moved them", async () => {
      const { id, outs } = await traffic.create(inputs(share("sgp-1", 100)));
      assert.ok((await timed(traffic.update(id, outs, inputs(share("sgp-1", 100))))) < 20);
      const moved = inputs(share("sgp-2", 100));
      assert.ok((await timed(traffic.update(id, outs, moved))) >= 20);
      assert.ok((await timed(traffic.update(id, outs, moved))) >= 20, "the state does not know that they moved");
      const { outs: now } = await traffic.update(id, outs, moved);
      assert.ok((await timed(traffic.update(id, now, moved))) < 20);
    });

    it("waits until a new rule is in effect, and not an existing one", async () => {
      for (const isNew of [true, false])
        assert.equal((await timed(traffic.create(inputs(share("sgp-1", 100))))) >= 20, isNew);
    });

    it("waits when it is deleted where a redirect takes the requests over, and not otherwise", async () => {
      const first = await traffic.create(inputs(share("sgp-1", 100)));
      assert.ok((await timed(traffic.delete(first.id, first.outs))) < 20);
      const second = await traffic.create(inputs(share("sgp-1", 100)));
      add({ RuleName: "books-redirect-http", RuleActions: [{ Type: "Redirect" }] });
      for (const exists of [true, false])
        assert.equal((await timed(traffic.delete(second.id, second.outs))) >= 20, exists);
    });

    it("fails where the cloud has other shares than it was sent", async () => {
      const { reply } = api;
      api.reply = (action, fields, request) => {
        const replied = reply(action, fields, request);
        if (action === "UpdateRuleAttribute")
          rules.forEach((rule) => (rule.RuleActions = [forward(new Map([["sgp-9", 100]]))]));
        return replied;
      };
      const { id, outs } = await traffic.create(inputs(share("sgp-1", 100)));
      await assert.rejects(
        traffic.update(id, outs, inputs(share("sgp-2", 100))),
        /the traffic split in the cloud is sgp-9=100, but sgp-2=100 was requested/,
      );
    });

    it("shows after a refresh what somebody else has set, which the next update sets back", async () => {
      const { id, outs } = await traffic.create(inputs(share("sgp-1", 100)));
      assert.deepEqual(await traffic.read(id, outs), { id, props: outs });
      rules.forEach((rule) => (rule.RuleActions = [forward(new Map([["sgp-9", 100]]))]));
      const { props } = (await traffic.read(id, outs)) as { props: typeof outs };
      assert.deepEqual(
        props.shares.map(({ targetGroup, weight }) => [targetGroup, weight]),
        [
          ["sgp-1", 0],
          ["sgp-9", 100],
        ],
      );
      await traffic.update(id, props, inputs(share("sgp-1", 100)));
      assert.deepEqual(rules[0]?.RuleActions, [forward(new Map([["sgp-1", 100]]))]);
    });
  });
});

describe("a zone of a load balancer on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  let zones: string[];
  let refusals: Reply[];

  beforeEach(() => {
    zones = ["a", "b"];
    refusals = [];
    api.reply = (action, fields) => {
      if (action === "GetLoadBalancerAttribute") {
        const ZoneMappings = zones.map((ZoneId) => ({
          ...{ ZoneId, VSwitchId: `vsw-${ZoneId}` },
          LoadBalancerAddresses: [{ Address: `203.0.113.${ZoneId.charCodeAt(0)}` }],
        }));
        return { LoadBalancerStatus: "Active", ZoneMappings };
      }
      const refused = refusals.shift();
      if (refused !== undefined) return refused;
      zones = [1, 2, 3, 4, 5].flatMap((index) => fields[`ZoneMappings.${index}.ZoneId`] ?? []);
      return {};
    };
  });
  const inputs = (name: string) => ({
    ...{ region: "cn-hangzhou", loadBalancing: api.url, loadBalancer: "alb-1" },
    ...{ zone: name, vSwitch: `vsw-${name}` },
  });
  const sent = () => api.actions.filter((action) => action === "UpdateLoadBalancerZones").length;

  it("is added, unless the load balancer has it, and has an address", async () => {
    assert.equal((await zone.create(inputs("a"))).outs.address, "203.0.113.97");
    assert.equal(sent(), 0);
    assert.equal((await zone.create(inputs("c"))).outs.address, "203.0.113.99");
    assert.deepEqual(zones, ["a", "b", "c"]);
  });

  it("does not undo another zone that is added at the same time", async () => {
    await Promise.all(["c", "d", "e"].map((name) => zone.create(inputs(name))));
    assert.deepEqual([...zones].sort(), ["a", "b", "c", "d", "e"]);
  });

  it("waits while the load balancer is being changed", async () => {
    refusals = [refusal("IncorrectStatus.LoadBalancer")];
    await zone.create(inputs("c"));
    assert.equal(sent(), 2);
  });

  it("is removed, except for the last two zones", async () => {
    zones = ["a", "b", "c"];
    await zone.delete("id", inputs("c"));
    assert.deepEqual(zones, ["a", "b"]);
    await zone.delete("id", inputs("a"));
    assert.deepEqual(zones, ["a", "b"]);
    assert.equal(sent(), 1);
  });

  it("is gone with the load balancer", async () => {
    api.reply = () => refusal("ResourceNotFound.LoadBalancer");
    await zone.delete("id", inputs("a"));
  });
});

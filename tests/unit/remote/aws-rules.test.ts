/** The rules of a listener on AWS, on a listener that is as strict as AWS. */
import assert from "node:assert/strict";
import { now } from "../../../components/clock.remote";
import type { Requested } from "../../../components/clouds/cloud";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import * as header from "../../../components/clouds/aws/header-rule.remote";
import * as intent from "../../../components/clouds/aws/intent.remote";
import * as redirect from "../../../components/clouds/aws/redirect-rule.remote";
import * as split from "../../../components/clouds/aws/traffic-rule.remote";
import { settleSeconds } from "../../../components/clouds/timings";
import { answerCommands, awsError } from "../../support/aws-commands";
import { FakeListener } from "../../support/aws-listener";
import { simulatedClock } from "../../support/clock";

const region = "us-east-1";

const requested: Requested = {
  ...{ name: "books", cloud: "aws", region: "us-east-1", network: { cidr: "10.0.0.0/16" }, internal: false },
  ...{ digest: "abcdef", attempt: 0 },
};

describe("the rules of a listener on AWS", () => {
  simulatedClock();
  let listener = new FakeListener();
  /** The name of a command that these credentials may not send. */
  let refused = "";
  // Nobody has healthy instances, so the traffic may move.
  const recorded = answerCommands([ElasticLoadBalancingV2Client], () => ({
    DescribeTargetHealth: () => ({}),
    ...listener.replies,
    ...(refused === "" ? {} : { [refused]: refuse }),
  }));
  const refuse = () => {
    throw awsError("AccessDenied", `not authorized to perform ${refused}`);
  };
  const names = () => recorded.sent.map(({ name }) => name);
  const rule = { region, listener: "arn:listener", tags: { "immutable-service": "p/dev/0a1b2c3d" } };
  const headerOf = (release: string) => ({ ...rule, header: release, targetGroup: `arn:${release}` });
  const share = (release: string, weight: number) => ({
    release,
    version: release,
    image: `image-${release}`,
    targetGroup: `arn:${release}`,
    weight,
    passed: ["group", release],
  });
  const splitOf = (...shares: (readonly [string, number])[]) => ({
    ...rule,
    shares: shares.map(([release, weight]) => share(release, weight)),
    url: "http://books",
    requested,
  });
  /** The seconds on the rules' clock that a call takes. */
  const secondsOf = async (call: () => Promise<unknown>) => {
    const start = now();
    await call();
    return (now() - start) / 1000;
  };

  beforeEach(() => {
    listener = new FakeListener();
    refused = "";
  });

  it("have free priorities: header rules first, then the split, then the redirect", async () => {
    listener.rules.push({ RuleArn: "arn:foreign", Priority: "1", Conditions: [{ Field: "host-header" }] });
    await redirect.create(rule);
    await split.create(splitOf(["a", 100]));
    await header.create(headerOf("a"));
    await header.create(headerOf("b"));
    assert.deepEqual(listener.summary.slice(1), ["2 a arn:a", "3 b arn:b", "30000 /* arn:a", "40000 /* redirect"]);
  });

  it("try other priorities while others take the free ones", async () => {
    const rules = await Promise.all(["a", "b", "c"].map((release) => header.create(headerOf(release))));
    assert.equal(new Set(rules.map(({ id }) => id)).size, 3);
    assert.deepEqual(listener.summary, ["1 a arn:a", "2 b arn:b", "3 c arn:c"]);
    assert.ok(names().filter((name) => name === "CreateRule").length > 3, "no priority was taken");
  });

  it("have the stack's tags", async () => {
    const { id } = await header.create(headerOf("a"));
    assert.deepEqual(listener.tags.get(id), rule.tags);
  });

  it("are taken over where an interrupted update left them", async () => {
    const left = [
      await header.create({ ...headerOf("a"), targetGroup: "arn:gone" }),
      await split.create(splitOf(["gone", 100])),
      await redirect.create(rule),
    ];
    const again = [
      await header.create(headerOf("a")),
      await split.create(splitOf(["a", 100])),
      await redirect.create(rule),
    ];
    assert.deepEqual(
      again.map(({ id }) => id),
      left.map(({ id }) => id),
    );
    assert.deepEqual(listener.summary, ["1 a arn:a", "30000 /* arn:a", "40000 /* redirect"]);
  });

  it("are deleted once: a second time changes nothing", async () => {
    for (const [code, inputs] of [
      [header, headerOf("a")],
      [redirect, rule],
      [split, splitOf(["a", 100])],
    ] as const) {
      const { id, outs } = await (code.create as (inputs: object) => Promise<{ id: string; outs: object }>)(inputs);
      for (let time = 1; time <= 2; time += 1) await code.delete(id, outs);
      assert.deepEqual(listener.summary, []);
      assert.deepEqual(await code.read(id, outs), {});
    }
  });

  it("are read and updated: another target group, and a tag that is gone", async () => {
    const { id, outs } = await header.create({ ...headerOf("a"), tags: { ...rule.tags, team: "books" } });
    listener.replies.ModifyRule?.({
      RuleArn: id,
      Actions: [{ Type: "forward", TargetGroupArn: "arn:other" }],
    } as never);
    const { props } = (await header.read(id, outs)) as { props: { targetGroup: string } };
    assert.equal(props.targetGroup, "arn:other");
    await header.update(id, outs, headerOf("a"));
    assert.deepEqual(listener.summary, ["1 a arn:a"]);
    assert.deepEqual(listener.tags.get(id), rule.tags);
  });

  it("are created again by an update where they were deleted in the cloud", async () => {
    const one = await header.create(headerOf("a"));
    const other = await split.create(splitOf(["a", 100]));
    listener.rules.splice(1);
    assert.notEqual((await header.update(one.id, one.outs, headerOf("a"))).outs.rule, one.id);
    assert.notEqual((await split.update(other.id, other.outs, splitOf(["a", 100]))).outs.rule, other.id);
    assert.deepEqual(listener.summary, ["1 a arn:a", "30000 /* arn:a"]);
  });

  describe("the traffic split", () => {
    it("reports what it has read from the cloud", async () => {
      const inputs = splitOf(["b", 25], ["a", 75]);
      const { outs } = await split.create(inputs);
      assert.deepEqual(outs.serving, {
        url: "http://books",
        requested: inputs.requested,
        releases: [
          { id: "b", version: "b", image: "image-b", weight: 25 },
          { id: "a", version: "a", image: "image-a", weight: 75 },
        ],
      });
      assert.deepEqual(listener.summary, ["30000 /* arn:b=25 arn:a=75"]);
    });

    for (const action of ["AddTags", "RemoveTags"])
      it(`moves no request where ${action} is refused`, async () => {
        const { id, outs } = await split.create(splitOf(["a", 100]));
        refused = action;
        const before = { ...outs, tags: { ...outs.tags, team: "books" } };
        await assert.rejects(split.update(id, before, splitOf(["b", 100])), { name: "AccessDenied" });
        assert.deepEqual(listener.summary, ["30000 /* arn:a"]);
      });

    it("moves no request where it takes a rule over and its tags are refused", async () => {
      await split.create(splitOf(["left", 100]));
      refused = "AddTags";
      await assert.rejects(split.create(splitOf(["a", 100])), { name: "AccessDenied" });
      assert.deepEqual(listener.summary, ["30000 /* arn:left"]);
    });

    it("waits after a release has lost requests, and not otherwise", async () => {
      const first = await split.create(splitOf(["a", 100]));
      const same = await secondsOf(() => split.update(first.id, first.outs, splitOf(["a", 100])));
      assert.ok(same < settleSeconds, `waited ${same} s`);
      const moved = await secondsOf(() => split.update(first.id, first.outs, splitOf(["b", 100])));
      assert.ok(moved >= settleSeconds, `waited ${moved} s`);
      // The rule has it already, but the update that set it was interrupted.
      const again = await secondsOf(() => split.update(first.id, first.outs, splitOf(["b", 100])));
      assert.ok(again >= settleSeconds, `waited ${again} s`);
    });

    it("waits until the rule reads as it was set", async () => {
      const { id, outs } = await split.create(splitOf(["a", 100]));
      listener.staleReads = 2;
      const updated = await split.update(id, outs, splitOf(["a", 50], ["b", 50]));
      assert.deepEqual(
        updated.outs.serving.releases.map(({ weight }) => weight),
        [50, 50],
      );
    });

    it("fails where the rule never reads as it was set", async () => {
      const { id, outs } = await split.create(splitOf(["a", 100]));
      listener.staleReads = 1000;
      await assert.rejects(
        split.update(id, outs, splitOf(["b", 100])),
        /the traffic split in the cloud is arn:a=100, but arn:b=100 was requested/,
      );
    });

    it("calls nothing for a release that has not passed its checks", async () => {
      const inputs = splitOf(["a", 100]);
      const unchecked = { ...inputs, shares: inputs.shares.map((one) => ({ ...one, passed: ["group", undefined] })) };
      await assert.rejects(split.create(unchecked), /a has not passed its checks/);
      await assert.rejects(split.update("arn:rule", {}, unchecked), /a has not passed its checks/);
      assert.deepEqual(names(), []);
    });

    it("shows a change in the cloud in a refresh, and nothing where there is none", async () => {
      const { id, outs } = await split.create(splitOf(["a", 100]));
      assert.deepEqual(await split.read(id, outs), { id, props: outs });
      const other = [
        { TargetGroupArn: "arn:a", Weight: 1 },
        { TargetGroupArn: "arn:b", Weight: 3 },
      ];
      Object.assign(listener.rules[1] ?? {}, {
        Actions: [{ Type: "forward", ForwardConfig: { TargetGroups: other } }],
      });
      const { props } = (await split.read(id, outs)) as { props: split.Outputs };
      assert.deepEqual(
        props.shares.map(({ weight }) => weight),
        [25],
      );
      assert.deepEqual(
        props.serving.releases.map(({ weight }) => weight),
        [25],
      );
    });

    it("waits when it is deleted where a redirect takes the requests over", async () => {
      const { id, outs } = await split.create(splitOf(["a", 100]));
      assert.ok((await secondsOf(() => split.delete(id, outs))) < settleSeconds);
      const other = await split.create(splitOf(["a", 100]));
      await redirect.create(rule);
      assert.ok((await secondsOf(() => split.delete(other.id, other.outs))) >= settleSeconds);
    });

    it("is deleted with its listener", async () => {
      const { id, outs } = await split.create(splitOf(["a", 100]));
      listener.exists = false;
      listener.rules.splice(0);
      await split.delete(id, outs);
    });
  });

  describe("the intent", () => {
    const intentOf = (...releases: (readonly [string, number])[]) => ({
      region,
      service: "books",
      owner: "p/dev/0a1b2c3d",
      releases: releases.map(([id, weight]) => ({ id, weight })),
      digest: "d1",
      attempt: 0,
      recorded: [],
      splitRules: ["arn:rule-1", "arn:gone"],
    });

    beforeEach(async () => {
      for (const release of ["a", "b"]) listener.tags.set(`arn:${release}`, { release });
      await split.create(splitOf(["b", 10], ["a", 90]));
    });

    it("takes a release out of the split that the program does not name, and waits", async () => {
      const waited = await secondsOf(() => intent.update("books-intent", {}, intentOf(["a", 100])));
      assert.deepEqual(listener.summary, ["30000 /* arn:a"]);
      assert.ok(waited >= settleSeconds, `waited ${waited} s`);
    });

    it("changes nothing where a release has had no requests before, and has its rollout before it", async () => {
      await intent.update("books-intent", {}, { ...intentOf(["b", 100]), entering: ["b"] });
      assert.deepEqual(listener.summary, ["30000 /* arn:b=10 arn:a=90"]);
      await intent.update("books-intent", {}, intentOf(["b", 100]));
      assert.deepEqual(listener.summary, ["30000 /* arn:b"]);
    });

    for (const [what, releases] of [
      [
        "every release is named",
        [
          ["b", 50],
          ["a", 50],
        ],
      ],
      ["no release is named", [["c", 100]]],
      [
        "a release that has no requests yet is to have some",
        [
          ["c", 90],
          ["a", 10],
        ],
      ],
      [
        "what is named is to have none",
        [
          ["c", 100],
          ["a", 0],
        ],
      ],
    ] as const)
      it(`changes nothing where ${what}`, async () => {
        await intent.update("books-intent", {}, intentOf(...releases));
        assert.deepEqual(listener.summary, ["30000 /* arn:b=10 arn:a=90"]);
        assert.ok(!names().slice(-3).includes("ModifyRule"));
      });

    it("changes nothing before the first update has passed", async () => {
      const { id } = await intent.create({ ...intentOf(["a", 100]), splitRules: [] });
      assert.equal(id, "books-intent");
    });
  });

  it("report an error of AWS that is none of these", async () => {
    const failing = {
      ...listener.replies,
      DeleteRule: () => {
        throw awsError("AccessDeniedException");
      },
    };
    listener = Object.assign(new FakeListener(), { replies: failing });
    await assert.rejects(header.delete("arn:rule", headerOf("a")), /AccessDenied/);
  });
});

/** What the plan says first of a change: what is refused, replaced, deleted or gets another address. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/stack-file/schema";
import type { Changes, Plan, PlannedResource } from "../../plan/contract";
import { compare, isDestructive, isRefused, nothingChanges } from "../../plan/derive/changes";
import { markdownOf } from "../../plan/render/markdown";
import { textOf } from "../../plan/render/text";
import { type CloudUnderTest, clouds, wholeService } from "../support/clouds";
import { changesBetween, planned, printed } from "./compared";

const compute = "container" as const;

/** The plan of a service with some of its fields changed, and what changes from the plan without. */
async function changed(cloud: CloudUnderTest, fields: Partial<ServiceArgs>, before: Partial<ServiceArgs> = {}) {
  const was = await planned(cloud.make(), wholeService(cloud, compute, before));
  const plan = await planned(cloud.make(), wholeService(cloud, compute, { ...before, ...fields }));
  const changes = changesBetween(was, plan);
  return {
    changes,
    text: textOf(plan, { width: 1000, resources: false, changes }),
    markdown: markdownOf(plan, { resources: false, changes }),
  };
}

const kinds = ({ consequences }: Changes) => [...new Set(consequences.map(({ kind }) => kind))];
const inPlace = (text: string) => /^ {2}in place/m.test(text);

for (const [name, cloud] of Object.entries(clouds)) {
  describe(`the plan of a change on ${name}`, () => {
    it("says from when another min applies to a release that runs, and nothing of a new release", async () => {
      const scaling: ServiceArgs["scaling"] = [{ schedule: "0 8 * * *", min: 4, max: 12 }];
      const before = { instances: { min: 2, max: 6 }, scaling };
      const { changes, text } = await changed(cloud, { instances: { min: 3, max: 6 } }, before);
      assert.equal(changes.notes.length, 1);
      assert.match(
        text,
        /bounds of 3 to 6 instances apply at once where no schedule .*: at 08:00 daily \(UTC\): set min 4/,
      );
      const released = await changed(cloud, { version: "9.0.0", instances: { min: 3, max: 6 } }, before);
      assert.deepEqual(released.changes.notes, []);
    });

    for (const [what, path, fields] of [
      ["another range", "network.cidr", { network: { cidr: "10.1.0.0/16" } }],
      ["an internal load balancer", "loadBalancer.internal", { loadBalancer: { internal: true } }],
      ["another name", "name", { name: "store" }],
    ] as const)
      it(`says that pulumi up refuses ${what}, first and with both alternatives`, async () => {
        const { changes, text, markdown } = await changed(cloud, fields);
        assert.ok(isRefused(changes));
        const [first] = changes.consequences;
        assert.deepEqual([first?.kind, first?.path], ["refused", path]);
        assert.match(text, /^Changes against .*, refused$/m);
        assert.match(
          text,
          new RegExp(`CAUTION:\\n  refused +${path}: cannot change .* second stack .* pulumi destroy`),
        );
        assert.match(text, /pulumi up refuses this change/);
        assert.match(
          markdown,
          new RegExp(`> \\[!CAUTION\\]\\n> \\*\\*refused\\*\\*: ${path.replace(".", "\\.")}: cannot`),
        );
        assert.ok(!inPlace(text), text);
        assert.doesNotMatch(text, /No release is added or removed|Steps of this update/);
      });

    it("says what a lower retention deletes, and nothing of a higher one", async () => {
      const lower = await changed(cloud, { logs: { retentionDays: 7 } });
      assert.deepEqual(kinds(lower.changes), ["dataDeleted"]);
      assert.match(lower.text, /data deleted +logs\.retentionDays: 30 → 7 deletes logs that are older/);
      assert.ok(isDestructive(lower.changes));
      const higher = await changed(cloud, { logs: { retentionDays: 60 } });
      assert.deepEqual(kinds(higher.changes), []);
      assert.ok(!isDestructive(higher.changes));
      assert.match(higher.text, /in place +logs\.retentionDays: 30 → 60/);
    });

    it("names the NAT gateways and addresses that other egress replaces", async () => {
      const { changes, text } = await changed(cloud, { network: { egress: "nat" } });
      assert.deepEqual(kinds(changes), ["address"]);
      assert.match(text, /address changes +network\.egress: .*bookstore-nat-\S+ \(NatGateway\)/);
      assert.match(text, /No release is added or removed\./);
      assert.ok(!inPlace(text));
    });

    it("names the data that a service without files loses, and the release that follows", async () => {
      const { changes, text } = await changed(cloud, { files: undefined });
      const [consequence] = changes.consequences.filter(({ kind }) => kind.startsWith("data"));
      assert.match(consequence?.resources.join() ?? "", /bookstore-files/);
      assert.match(text, /replaces +files: /);
      assert.match(text, /new +release 1-4-2-\w+ /);
      assert.ok(!inPlace(text));
    });

    it("lists an in place change as in place, and what takes effect later as such", async () => {
      const { changes, text, markdown } = await changed(cloud, {
        instances: { min: 2, max: 8 },
        tags: { team: "books" },
      });
      assert.deepEqual(changes.consequences, []);
      assert.deepEqual(changes.replaced, []);
      assert.match(text, /in place +tags\.team: none → books\n +instances\.max: 6 → 8 \(at once; where a schedule/);
      assert.match(markdown, /```diff\n! in place: tags\.team: none → books\n! instances\.max: 6 → 8/);
      assert.doesNotMatch(markdown, /CAUTION/);
    });

    it("shows a new release as added, the old one as removed, and no danger", async () => {
      const { changes, markdown } = await changed(cloud, {
        version: "1.5.0",
        environment: { CATALOGUE: "a\n```\n> x" },
      });
      assert.ok(!isDestructive(changes) && !nothingChanges(changes));
      assert.match(markdown, /^````diff\n\+ new: release 1-5-0-\w+ /m);
      assert.match(markdown, /^- removed: release 1-4-2-\w+ /m);
      assert.match(markdown, /^### Plan for stack `dev`: \+\d+ ~\d+ -\d+$/m);
      assert.doesNotMatch(markdown, /^> x/m);
    });

    it("has a header row in every table", async () => {
      const { markdown } = await changed(cloud, { version: "1.5.0" });
      const heads = [...markdown.matchAll(/^(\|.*\|)\n\| -/gm)].map(([, head]) => head ?? "");
      assert.ok(heads.length >= 3);
      for (const head of heads) assert.doesNotMatch(head, /\| +\|/);
    });
  });
}

describe("replaced resources", () => {
  const resource = (name: string, type: string, more: Partial<PlannedResource>): PlannedResource => ({
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    type,
    name,
    role: "network",
    parent: null,
    dependencies: [],
    inputs: {},
    inputDependencies: {},
    ignoreChanges: [],
    replaceOnChanges: [],
    deletedWith: null,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    customTimeouts: {},
    ...more,
  });
  const vpc = (cidrBlock: string) => resource("v", "aws:ec2/vpc:Vpc", { inputs: { cidrBlock } });
  const uses = (
    name: string,
    type: string,
    input: string,
    source: PlannedResource,
    more: Partial<PlannedResource> = {},
  ) =>
    resource(name, type, {
      inputs: { [input]: `<${source.name}.id>` },
      inputDependencies: { [input]: [source.urn] },
      ...more,
    });
  const planOf = (...resources: PlannedResource[]): Plan =>
    ({ services: [], resources, roles: [], outputs: {}, notes: [], warnings: [] }) as unknown as Plan;
  const between = (before: PlannedResource[], after: PlannedResource[]) =>
    compare(printed(planOf(...before)), planOf(...after), { against: "main", commit: "0", notes: [] });

  it("are those of which a property changes that the provider's schema marks", () => {
    const { replaced } = between([vpc("10.0.0.0/16")], [vpc("10.1.0.0/16")]);
    assert.deepEqual(
      replaced.map(({ name, replacedFor }) => [name, replacedFor]),
      [["v", ["cidrBlock"]]],
    );
  });

  it("replace what has their outputs in such a property, and so on, and update what has them in another", () => {
    const chain = (cidr: string) => {
      const v = vpc(cidr);
      const subnet = uses("s", "aws:ec2/subnet:Subnet", "vpcId", v);
      const nat = uses("n", "aws:ec2/natGateway:NatGateway", "subnetId", subnet);
      const gateway = uses("g", "aws:ec2/internetGateway:InternetGateway", "vpcId", v);
      // Before what it depends on, as the plan's order by role may have it.
      return [nat, gateway, subnet, v];
    };
    const { replaced, changed, consequences } = between(chain("10.0.0.0/16"), chain("10.1.0.0/16"));
    assert.deepEqual(replaced.map(({ name }) => name).sort(), ["n", "s", "v"]);
    assert.deepEqual(
      changed.map(({ name, follows }) => [name, follows]),
      [["g", ["v"]]],
    );
    assert.deepEqual(
      consequences.map(({ kind }) => kind),
      ["address", "replaced"],
    );
  });

  it("do not replace what ignores the property, nor a dynamic resource that does not compare it", () => {
    const own = (cidr: string) => {
      const v = vpc(cidr);
      const ignoring = uses("s", "aws:ec2/subnet:Subnet", "vpcId", v, { ignoreChanges: ["vpcId"] });
      return [v, ignoring, uses("d", "pulumi-nodejs:dynamic/x:Y", "vpc", v, { comparedInputs: ["other"] })];
    };
    const { replaced, changed } = between(own("10.0.0.0/16"), own("10.1.0.0/16"));
    assert.deepEqual(
      replaced.map(({ name }) => name),
      ["v"],
    );
    assert.deepEqual(changed, []);
  });

  it("are found by a list by hand where the schema lacks them", () => {
    const rule = (securityGroupId: string) =>
      resource("r", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { inputs: { securityGroupId } });
    assert.equal(between([rule("a")], [rule("b")]).replaced.length, 1);
    const bucket = (region: string) => resource("b", "aws:s3/bucket:Bucket", { inputs: { region } });
    const { replaced, consequences } = between([bucket("eu-west-1")], [bucket("eu-west-2")]);
    assert.equal(replaced.length, 1);
    assert.ok(consequences.some(({ kind }) => kind === "dataDeleted"));
  });

  it("with data lose it, unless they are kept", () => {
    const bucket = (more: Partial<PlannedResource>) => resource("b", "aws:s3/bucket:Bucket", more);
    const ofDeleted = (one: PlannedResource) => between([one], []).consequences.map(({ kind }) => kind);
    assert.deepEqual(ofDeleted(bucket({})), ["dataDeleted"]);
    assert.deepEqual(ofDeleted(bucket({ retainOnDelete: true })), ["dataKept"]);
    assert.deepEqual(ofDeleted(bucket({ inputs: { whenRemoved: "keep" } })), ["dataKept"]);
    assert.deepEqual(ofDeleted(bucket({ inputs: { whenRemoved: "delete" }, retainOnDelete: true })), ["dataDeleted"]);
  });
});

import assert from "node:assert/strict";
import { callAction, callForField, type AlicloudDouble, type ServiceName } from "../src";
import {
  codeOf,
  createLoadBalancer,
  createScalingGroup,
  requireModels,
  ruleFields,
  startFast,
  waitUntil,
  type Balanced,
} from "./support";

const mark = "shop/prod/0a1b2c3d";

/** A kind of resource: the list that filters by tags, and the type that the tag actions know. */
interface Kind {
  service: ServiceName;
  list: string;
  type?: string;
  /** What the list calls its filter; default Tag. */
  filter?: string;
  id: () => string;
}

describe("Alibaba Cloud double: finding resources by their tags", () => {
  let double: AlicloudDouble;
  let balanced: Balanced;
  const ids = new Map<string, string>();
  before(async function () {
    requireModels(this);
    double = await startFast();
    balanced = await createLoadBalancer(double);
    const create = (service: ServiceName, action: string, field: string, fields: Record<string, string | number>) =>
      callForField(double, service, action, fields, field).then((id) => ids.set(action, id));
    const [VSwitchId] = balanced.vSwitches;
    await create("vpc", "CreateNatGateway", "NatGatewayId", { VpcId: balanced.vpc, VSwitchId });
    await create("vpc", "AllocateEipAddress", "AllocationId", {});
    await create("vpc", "CreateRouteTable", "RouteTableId", { VpcId: balanced.vpc });
    await create("ecs", "CreateLaunchTemplate", "LaunchTemplateId", { LaunchTemplateName: "template" });
    await create("nas", "CreateFileSystem", "FileSystemId", { ProtocolType: "NFS", StorageType: "Capacity" });
    ids.set("CreateScalingGroup", (await createScalingGroup(double, balanced, "blue")).group);
  });
  after(async () => {
    await (double as AlicloudDouble | undefined)?.stop();
  });
  afterEach(() => {
    assert.deepEqual(double.invalidRequests, []);
    assert.deepEqual(double.invalidResponses, []);
  });

  const of = (action: string) => () => ids.get(action) ?? "";
  const kinds: Kind[] = [
    { service: "vpc", list: "DescribeVpcs", type: "VPC", id: () => balanced.vpc },
    { service: "vpc", list: "DescribeVSwitches", type: "VSWITCH", id: () => balanced.vSwitches[0] },
    { service: "vpc", list: "DescribeNatGateways", type: "NATGATEWAY", id: of("CreateNatGateway") },
    { service: "vpc", list: "DescribeEipAddresses", type: "EIP", id: of("AllocateEipAddress") },
    { service: "vpc", list: "DescribeRouteTableList", type: "ROUTETABLE", id: of("CreateRouteTable") },
    { service: "ecs", list: "DescribeSecurityGroups", type: "securitygroup", id: () => balanced.securityGroup },
    {
      service: "ecs",
      list: "DescribeLaunchTemplates",
      type: "launchtemplate",
      filter: "TemplateTag",
      id: of("CreateLaunchTemplate"),
    },
    { service: "ess", list: "DescribeScalingGroups", type: "scalinggroup", id: of("CreateScalingGroup") },
    { service: "alb", list: "ListLoadBalancers", type: "loadbalancer", id: () => balanced.loadBalancer },
    { service: "alb", list: "ListServerGroups", type: "servergroup", id: () => balanced.green },
    { service: "alb", list: "ListListeners", type: "listener", id: () => balanced.listener },
    { service: "nas", list: "DescribeFileSystems", type: "filesystem", id: of("CreateFileSystem") },
  ];
  const call = (service: ServiceName, action: string, fields: Record<string, string | number>) =>
    callAction(double, service, action, fields);

  for (const { service, list, type = "", filter = "Tag", id } of kinds)
    it(`lists ${type} by a tag's key and value with ${list} and ListTagResources`, async () => {
      const found = async (value?: string) => {
        const { body } = await call(service, list, {
          [`${filter}.1.Key`]: "immutable-service",
          ...(value === undefined ? {} : { [`${filter}.1.Value`]: value }),
        });
        return JSON.stringify(body).includes(id());
      };
      assert.equal(await found(), false);
      const tag = { ResourceType: type, "Tag.1.Key": "immutable-service", "Tag.1.Value": mark };
      assert.equal((await call(service, "TagResources", { ...tag, "ResourceId.1": id() })).status, 200);
      assert.equal(await found(), true);
      assert.equal(await found(mark), true);
      assert.equal(await found("shop/prod/ffffffff"), false);
      const listed = async (fields: Record<string, string>) =>
        JSON.stringify((await call(service, "ListTagResources", fields)).body);
      assert.match(await listed(tag), new RegExp(id()));
      assert.doesNotMatch(await listed({ ...tag, "Tag.1.Value": "other" }), new RegExp(id()));
      assert.match(await listed({ ResourceType: type, "ResourceId.1": id() }), new RegExp(mark));
      assert.equal(
        await codeOf(call(service, "TagResources", { ...tag, "ResourceId.1": "none" })),
        "InvalidResourceId.NotFound",
      );
      const untag = service === "alb" || service === "vpc" ? "UnTagResources" : "UntagResources";
      await call(service, untag, { ResourceType: type, "ResourceId.1": id(), "TagKey.1": "immutable-service" });
      assert.equal(await found(), false);
    });

  it("finds a resource by its tags only after a while, although it has them by its id at once", async () => {
    double.world.delays.tags = 300;
    const tag = { ResourceType: "VPC", "Tag.1.Key": "late", "Tag.1.Value": "x" };
    await call("vpc", "TagResources", { ...tag, "ResourceId.1": balanced.vpc });
    const listed = async (fields: Record<string, string>) =>
      JSON.stringify((await call("vpc", "ListTagResources", fields)).body).includes(balanced.vpc);
    assert.equal(await listed({ ResourceType: "VPC", "ResourceId.1": balanced.vpc }), true);
    assert.equal(await listed(tag), false);
    await waitUntil(() => listed(tag));
    double.world.delays.tags = 0;
    await call("vpc", "UnTagResources", { ResourceType: "VPC", "ResourceId.1": balanced.vpc, "TagKey.1": "late" });
  });

  it("keeps the tags with which a rule is created, and lists rules by them", async () => {
    const { RuleId } = (
      await call("alb", "CreateRule", {
        ...ruleFields(balanced.listener, 1, { Type: "Path", "PathConfig.Values.1": "/*" }, { [balanced.green]: 100 }),
        "Tag.1.Key": "immutable-service",
        "Tag.1.Value": mark,
      })
    ).body;
    await waitUntil(() => double.world.balancing.rules.get(String(RuleId))?.status === "Available");
    const found = async (value: string) =>
      JSON.stringify((await call("alb", "ListRules", { "Tag.1.Key": "immutable-service", "Tag.1.Value": value })).body);
    assert.match(await found(mark), new RegExp(String(RuleId)));
    assert.doesNotMatch(await found("other"), new RegExp(String(RuleId)));
    assert.equal(
      await codeOf(
        call("alb", "TagResources", {
          ResourceType: "rule",
          "ResourceId.1": String(RuleId),
          "Tag.1.Key": "a",
          "Tag.1.Value": "b",
        }),
      ),
      "InvalidResourceType.NotFound",
    );
  });

  it("tags roles and policies by name, as JSON, and lists them by tag", async () => {
    const document = JSON.stringify({
      Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: ["ecs.aliyuncs.com"] } }],
      Version: "1",
    });
    await call("ram", "CreateRole", { RoleName: "app", AssumeRolePolicyDocument: document });
    const Tag = JSON.stringify([{ Key: "immutable-service", Value: mark }]);
    await call("ram", "TagResources", { ResourceType: "role", ResourceNames: '["app"]', Tag });
    const { body } = await call("ram", "ListTagResources", { ResourceType: "role", Tag });
    assert.deepEqual(body["TagResources"], [
      { ResourceName: "app", ResourceType: "role", TagKey: "immutable-service", TagValue: mark },
    ]);
    await call("ram", "DeleteRole", { RoleName: "app" });
  });

  it("refuses more than 20 tags, and keys that the cloud reserves", async () => {
    const tags = (names: string[]) =>
      Object.fromEntries(
        names.flatMap((name, at) => [
          [`Tag.${at + 1}.Key`, name],
          [`Tag.${at + 1}.Value`, "x"],
        ]),
      ) as Record<string, string>;
    const tag = (names: string[]) =>
      codeOf(call("vpc", "TagResources", { ResourceType: "VPC", "ResourceId.1": balanced.vpc, ...tags(names) }));
    assert.equal(await tag(Array.from({ length: 20 }, (_, at) => `k${at}`)), undefined);
    assert.equal(await tag(["one-more"]), "NumberExceed.Tags");
    assert.equal(await tag(["acs:x"]), "InvalidTagKey.Malformed");
  });
});

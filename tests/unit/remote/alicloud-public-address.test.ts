/** The public address of a NAT gateway on Alibaba Cloud, against an API that has addresses. */
import assert from "node:assert/strict";
import * as address from "../../../components/clouds/alicloud/public-address.remote";
import { simulatedClock } from "../../support/clock";
import { type Fields, refusal, type Reply, ScriptedApi } from "../../support/scripted-api";

interface Eip {
  readonly AllocationId: string;
  readonly IpAddress: string;
  readonly Name: string;
  readonly Description: string;
  Status: string;
  InstanceId: string;
}

describe("a public address on Alibaba Cloud", () => {
  simulatedClock();
  const api = ScriptedApi.forSuite();
  let eips: Eip[];
  let tags: Record<string, string>;

  const eip = (id: string, more: Partial<Eip> = {}): Eip => ({
    ...{ AllocationId: id, IpAddress: "203.0.113.1", Name: "books-nat-a", Description: "library/dev/0a1b2c3d" },
    ...{ Status: "Available", InstanceId: "" },
    ...more,
  });

  beforeEach(() => {
    [eips, tags] = [[], {}];
    api.reply = reply;
  });

  function reply(action: string, fields: Fields): Reply {
    const { AllocationId: id } = fields;
    if (action === "DescribeEipAddresses") {
      const found = eips.filter((one) => (id ?? one.AllocationId) === one.AllocationId);
      return { EipAddresses: { EipAddress: found }, TotalCount: found.length };
    }
    if (action === "AllocateEipAddress") {
      const { Name = "", Description = "" } = fields;
      eips.push(eip("eip-new", { Name, Description }));
      return { AllocationId: "eip-new" };
    }
    if (action === "TagResources") {
      for (let index = 1; fields[`Tag.${index}.Key`] !== undefined; index += 1)
        tags[fields[`Tag.${index}.Key`] ?? ""] = fields[`Tag.${index}.Value`] ?? "";
      return {};
    }
    if (action === "UnTagResources") {
      tags = Object.fromEntries(Object.entries(tags).filter(([key]) => key !== fields["TagKey.1"]));
      return {};
    }
    const one = eips.find(({ AllocationId }) => AllocationId === id);
    if (one === undefined) return refusal("InvalidAllocationId.NotFound");
    const isBound = one.InstanceId !== "";
    if (action === "ReleaseEipAddress") eips = eips.filter((other) => other !== one);
    else if (isBound === (action === "AssociateEipAddress")) return refusal("IncorrectEipStatus");
    else if (isBound) Object.assign(one, { Status: "Available", InstanceId: "" });
    else Object.assign(one, { Status: "InUse", InstanceId: fields.InstanceId });
    return {};
  }

  const inputs = (more: Partial<address.Inputs> = {}): address.Inputs => ({
    ...{ region: "cn-hangzhou", endpoint: api.url, name: "books-nat-a", owner: "library/dev/0a1b2c3d" },
    ...{ tags: { service: "books" }, gateway: "ngw-1" },
    ...more,
  });

  it("is allocated with its mark and its tags, and bound to its gateway", async () => {
    const { id, outs } = await address.create(inputs());
    assert.deepEqual(eips, [eip("eip-new", { Status: "InUse", InstanceId: "ngw-1" })]);
    assert.deepEqual([id, outs.ip, outs.member, tags], ["eip-new", "203.0.113.1", "eip-new", { service: "books" }]);
  });

  it("is the one that an interrupted update left, and nobody else's", async () => {
    eips = [
      eip("eip-other", { Description: "library/prod/0a1b2c3d" }),
      eip("eip-zone", { Name: "books-nat-b" }),
      eip("eip-used", { Status: "InUse", InstanceId: "ngw-9" }),
      eip("eip-own"),
    ];
    assert.equal((await address.create(inputs())).id, "eip-own");
    assert.equal(eips.length, 4);
  });

  it("follows its gateway and its tags", async () => {
    const { id, outs } = await address.create(inputs());
    await address.update(id, outs, inputs({ gateway: "ngw-2", tags: { team: "books" } }));
    assert.equal(eips[0]?.InstanceId, "ngw-2");
    assert.deepEqual(tags, { team: "books" });
  });

  it("is unbound and released, also where an interrupted update has done either", async () => {
    const { id, outs } = await address.create(inputs());
    Object.assign(eips[0] ?? {}, { Status: "Available", InstanceId: "" });
    assert.deepEqual(await address.read(id, outs), { id, props: outs });
    await address.delete(id, outs);
    assert.deepEqual(eips, []);
    assert.deepEqual(await address.read(id, outs), {});
    await address.delete(id, outs);
  });
});

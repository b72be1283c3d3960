/** The zones of a VPC endpoint on AWS, on one that is as strict as AWS. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import * as zone from "../../../components/clouds/aws/endpoint-zone.remote";
import { answerCommands, awsError } from "../../support/aws-commands";
import { simulatedClock } from "../../support/clock";

describe("the zones of a VPC endpoint on AWS", () => {
  simulatedClock();
  const endpoint = "vpce-1";
  let subnets: string[] | undefined;
  /** How often the endpoint is read until a change of it is done. */
  let pending = 0;
  /** The subnets that exist; the zone is the first letter. */
  let existing: string[];
  const recorded = answerCommands([EC2Client], () => ({
    DescribeSubnets: ({ Filters: [filter] }: { Filters: { Values: string[] }[] }) => ({
      Subnets: existing
        .filter((subnet) => filter?.Values.includes(subnet))
        .map((SubnetId) => ({ SubnetId, AvailabilityZone: SubnetId[0] })),
    }),
    DescribeVpcEndpoints: () => {
      if (subnets === undefined) throw awsError("InvalidVpcEndpointId.NotFound");
      const State = pending > 0 ? "pending" : "available";
      pending -= 1;
      return { VpcEndpoints: [{ State, SubnetIds: subnets }] };
    },
    ModifyVpcEndpoint: ({ AddSubnetIds = [], RemoveSubnetIds = [] }: Readonly<Record<string, string[]>>) => {
      if (pending > 0) throw awsError("IncorrectState");
      const kept = subnets?.filter((subnet) => !RemoveSubnetIds.includes(subnet)) ?? [];
      const zones = [...kept, ...AddSubnetIds].map((subnet) => subnet[0]);
      if (new Set(zones).size < zones.length) throw awsError("DuplicateSubnetsInSameZone");
      if (RemoveSubnetIds.some((subnet) => subnets?.includes(subnet) !== true)) throw awsError("InvalidParameter");
      subnets = [...(subnets ?? []), ...AddSubnetIds].filter((subnet) => !RemoveSubnetIds.includes(subnet));
      pending = 3;
      return {};
    },
  }));
  const inputs = (subnet: string) => ({ region: "us-east-1", endpoint, subnet });
  const add = (subnet: string) => zone.create(inputs(subnet));
  const remove = (subnet: string, replaced = "") =>
    zone.delete(`${endpoint}/${subnet}`, { ...inputs(subnet), replaced });
  const changes = () => recorded.sent.filter(({ name }) => name === "ModifyVpcEndpoint").length;

  beforeEach(() => {
    subnets = ["a", "b"];
    existing = ["a", "a2", "b", "b2", "c", "d"];
    pending = 0;
  });

  it("change nothing where the endpoint was created with them", async () => {
    await Promise.all([add("a"), add("b")]);
    assert.equal(changes(), 0);
  });

  it("are added and removed one after the other, each once the change before is done", async () => {
    await Promise.all([add("c"), add("d")]);
    assert.deepEqual(subnets, ["a", "b", "c", "d"]);
    await Promise.all([remove("a"), remove("c"), remove("a")]);
    assert.deepEqual(subnets, ["b", "d"]);
    assert.equal(changes(), 4);
  });

  it("replace another subnet of the same zone, which returns if the change is taken back", async () => {
    const [first, second] = (await Promise.all([add("a2"), add("b2")])).map(({ outs }) => outs.replaced);
    assert.deepEqual(subnets, ["a2", "b2"]);
    await Promise.all([remove("a2", first), remove("b2", second)]);
    assert.deepEqual(subnets, ["a", "b"]);
    await Promise.all([add("a2"), add("b2")]);
    await Promise.all([remove("a"), remove("b")]);
    assert.deepEqual(subnets, ["a2", "b2"]);
    existing = existing.filter((subnet) => subnet !== "a");
    await remove("a2", first);
    assert.deepEqual(subnets, ["b2"]);
  });

  it("leave the last one to the deletion of the endpoint", async () => {
    subnets = ["a"];
    await remove("a");
    subnets = undefined;
    await remove("a");
    assert.equal(changes(), 0);
    await assert.rejects(add("a"), /vpce-1 does not exist/);
  });

  it("are read, and record what the next update knows them by", async () => {
    const { id, outs } = await add("a");
    assert.equal(outs.member, id);
    assert.deepEqual(await zone.read(id, outs), { id, props: outs });
    subnets = ["b"];
    assert.deepEqual(await zone.read(id, outs), {});
    subnets = undefined;
    assert.deepEqual(await zone.read(id, outs), {});
  });
});

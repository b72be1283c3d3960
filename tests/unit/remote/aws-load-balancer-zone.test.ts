/** The zones of a load balancer on AWS, on one that is as strict as AWS. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import * as zone from "../../../components/clouds/aws/load-balancer-zone.remote";
import { answerCommands, awsError } from "../../support/aws-commands";
import { simulatedClock } from "../../support/clock";

describe("the zones of a load balancer on AWS", () => {
  simulatedClock();
  const loadBalancer = "arn:balancer";
  /** The zones of the subnets that exist. */
  const zones: Readonly<Record<string, string>> = { a1: "a", a2: "a", b1: "b", b2: "b", c1: "c" };
  let subnets: string[] | undefined;
  const recorded = answerCommands([EC2Client, ElasticLoadBalancingV2Client], () => ({
    DescribeLoadBalancers: () => {
      if (subnets === undefined) throw awsError("LoadBalancerNotFoundException");
      return { LoadBalancers: [{ AvailabilityZones: subnets.map((SubnetId) => ({ SubnetId })) }] };
    },
    DescribeSubnets: ({ SubnetIds }: { SubnetIds: string[] }) => ({
      Subnets: SubnetIds.map((SubnetId) => ({ SubnetId, AvailabilityZone: zones[SubnetId] })),
    }),
    SetSubnets: ({ Subnets }: { Subnets: string[] }) => {
      const used = Subnets.map((subnet) => zones[subnet]);
      if (new Set(used).size < Subnets.length) throw awsError("InvalidConfigurationRequestException");
      if (used.length < 2) throw awsError("ValidationError", "At least two subnets must be specified");
      subnets = Subnets;
      return {};
    },
  }));
  const inputs = (subnet: string) => ({ region: "us-east-1", loadBalancer, subnet });
  const add = (subnet: string) => zone.create(inputs(subnet));
  const remove = (subnet: string) => zone.delete(`${loadBalancer}/${subnet}`, inputs(subnet));
  const changes = () => recorded.sent.filter(({ name }) => name === "SetSubnets").length;

  beforeEach(() => {
    subnets = ["a1", "b1"];
  });

  it("change nothing where the load balancer was created with them", async () => {
    await Promise.all([add("a1"), add("b1")]);
    assert.equal(changes(), 0);
  });

  it("are added and removed", async () => {
    await add("c1");
    assert.deepEqual(subnets, ["a1", "b1", "c1"]);
    await remove("a1");
    assert.deepEqual(subnets, ["b1", "c1"]);
  });

  it("are exchanged for subnets of the same zones, all at the same time", async () => {
    await Promise.all([add("a2"), add("b2"), add("c1")]);
    await Promise.all([remove("a1"), remove("b1")]);
    assert.deepEqual(subnets?.sort(), ["a2", "b2", "c1"]);
  });

  it("are those of the state again after an interrupted update has added or exchanged one", async () => {
    const restore = async (...known: string[]) =>
      (
        await zone.restorable(
          "us-east-1",
          loadBalancer,
          known.map((subnet) => `${loadBalancer}/${subnet}`),
        )
      )?.();
    await add("c1");
    await add("a2");
    await restore("a1", "b1");
    assert.deepEqual(subnets, ["a1", "b1"]);
    const before = changes();
    // A load balancer whose first update was interrupted has zones that no state names.
    for (const known of [["b1", "a1"], ["a1"], []]) await restore(...known);
    assert.equal(changes(), before);
  });

  it("keep two subnets, which AWS requires, when the load balancer is about to be deleted", async () => {
    await remove("b1");
    assert.deepEqual(subnets, ["a1", "b1"]);
    subnets = undefined;
    await remove("a1");
    assert.equal(changes(), 0);
  });

  it("are read", async () => {
    const id = `${loadBalancer}/a1`;
    assert.deepEqual(await zone.read(id, inputs("a1")), { id, props: inputs("a1") });
    assert.deepEqual(await zone.read(`${loadBalancer}/c1`, inputs("c1")), {});
    subnets = undefined;
    assert.deepEqual(await zone.read(id, inputs("a1")), {});
  });
});

/** The check of an existing network's subnets on AWS. */
import assert from "node:assert/strict";
import { EC2Client } from "@aws-sdk/client-ec2";
import * as subnets from "../../../components/clouds/aws/existing-subnets.remote";
import { answerCommands } from "../../support/aws-commands";

describe("the subnets of an existing network on AWS", () => {
  /** The zones of the subnets that exist; those of other VPCs have a capital letter. */
  const zones: Readonly<Record<string, string>> = { a1: "a", a2: "a", b1: "b", b2: "b", c1: "c", C2: "c" };
  const recorded = answerCommands([EC2Client], () => ({
    DescribeSubnets: ({ SubnetIds }: { SubnetIds: string[] }) => ({
      Subnets: SubnetIds.map((SubnetId) => ({
        SubnetId,
        AvailabilityZone: zones[SubnetId],
        VpcId: /^[A-Z]/.test(SubnetId) ? "other" : "vpc",
      })),
    }),
  }));
  const inputs = (instances: string[], loadBalancer: string[]) => ({
    region: "us-east-1",
    vpc: "vpc",
    instances,
    loadBalancer,
  });
  const check = (instances: string[], loadBalancer: string[]) => subnets.create(inputs(instances, loadBalancer));

  it("may be the same for both, or two in one zone for the instances", async () => {
    await check(["a1", "b1"], ["a1", "b1"]);
    await check(["a1", "a2"], ["a2", "b2"]);
    assert.deepEqual(recorded.sent.at(-1)?.input, { SubnetIds: ["a1", "a2", "b2"] });
  });

  it("are refused for instances in a zone without the load balancer, also in an update", async () => {
    const refused =
      /no subnet in the zone of c1 \(c\), and sends no requests .* network.publicSubnetIds, .* network.privateSubnetIds$/;
    await assert.rejects(check(["a1", "c1"], ["a2", "b2"]), refused);
    await assert.rejects(subnets.update("vpc", inputs(["a1"], ["a2", "b2"]), inputs(["c1"], ["a2", "b2"])), refused);
  });

  it("are refused for a load balancer in one zone, twice in a zone, or in another VPC", async () => {
    await assert.rejects(check(["a1"], ["a1", "a2"]), /two or more zones, and one in each: a1 is in a, a2 is in a$/);
    await assert.rejects(check(["a1"], ["a1", "a2", "b1"]), /one in each: a1 is in a, a2 is in a, b1 is in b$/);
    await assert.rejects(check(["a1"], ["a1", "C2"]), /the subnet C2 must be in vpc, but is in other$/);
  });
});

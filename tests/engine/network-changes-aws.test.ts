/** Changes of the network under a running service on AWS: what instances need stays until the last of them is gone. */
import assert from "node:assert/strict";
import { CreateSubnetCommand, type EC2Client } from "@aws-sdk/client-ec2";
import type { ServiceArgs } from "../../components/spec";
import { done, failure, inOrder, noComplaints } from "./support/checks";
import { region } from "./support/emulator";
import { plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { aNetwork, leadOut } from "./support/small-network";
import type { EngineRun } from "./support/stack";
import { World, type ServiceStack } from "./support/world";

const [a, b, c] = ["a", "b", "c"].map((zone) => region + zone) as [string, string, string];

/** Creates a subnet in each of three zones, beside the public ones of a small network, whose ranges begin with `range`. */
async function privateSubnets(
  ec2: EC2Client,
  vpc: string,
  range: string,
  zones: readonly string[],
): Promise<readonly [string, string, string]> {
  const [first = "", second = "", third = ""] = await Promise.all(
    zones.map(async (zone, index) => {
      const block = `${range}.${index + 7}.0/24`;
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({ VpcId: vpc, CidrBlock: block, AvailabilityZone: zone }),
      );
      return Subnet?.SubnetId ?? "";
    }),
  );
  return [first, second, third];
}

describe("engine: changes of the network of a service on AWS", () => {
  const simulated = new SimulatedReleases();
  let world: World;
  let service: Omit<ServiceArgs, "name">;

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
    service = {
      version: "1.0.0",
      compute: "container",
      image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${"1".repeat(64)}`,
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      loadBalancer: { drain: 0 },
    };
  });

  /** The steps of a run whose resources' names match. */
  const steps = (run: EngineRun, names: RegExp) => done(run).filter((step) => names.test(step));
  const quiet = async (stack: ServiceStack) => {
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  };

  describe("with a single NAT gateway", () => {
    let stack: ServiceStack;
    before(async () => {
      stack = await world.stack({ ...service, name: "single", network: { zones: [b, c], egress: "nat" } });
      noComplaints(await stack.up());
    });

    it("keep it in its zone when a zone is added that sorts before it", async () => {
      const run = await stack.up({ network: { zones: [a, b, c], egress: "nat" } });
      noComplaints(run);
      assert.deepEqual(steps(run, /(NatGateway|Eip) /), []);
      assert.ok(steps(run, /^create Route single-private-us-east-1a$/).length === 1);
      await quiet(stack);
    });

    it("move it when its zone is removed: the new one first, then the routes, and the old one last", async () => {
      const run = await stack.up({ network: { zones: [a, c], egress: "nat" } });
      noComplaints(run);
      inOrder(run, [
        ["create", "NatGateway", /-nat-us-east-1a$/],
        ["update", "Route", /-private-us-east-1c$/],
        ["delete", "Service", /^single-1-0-0-/],
        ["delete", "Route", /-private-us-east-1b$/],
        ["delete", "NatGateway", /-nat-us-east-1b$/],
        ["delete", "Subnet", /-public-us-east-1b$/],
      ]);
      await quiet(stack);
    });
  });

  describe("with endpoints instead of a NAT gateway", () => {
    it("keep an endpoint in a removed zone until the last release in it is gone", async () => {
      const stack = await world.stack({
        ...service,
        name: "ends",
        network: { zones: [a, b, c], egress: "endpoints" },
        loadBalancer: { drain: 0, internal: true },
      });
      noComplaints(await stack.up());
      await quiet(stack);
      const run = await stack.up({ network: { zones: [b, c], egress: "endpoints" } });
      noComplaints(run);
      assert.deepEqual(steps(run, /^(create|update|replace|delete) VpcEndpoint /), []);
      inOrder(run, [
        ["delete", "Service", /^ends-1-0-0-/],
        ["delete", "EndpointZone", /^ends-logs-us-east-1a$/],
        ["delete", "Subnet", /-private-us-east-1a$/],
      ]);
      await quiet(stack);
      const back = await stack.up({ network: { zones: [a, b, c], egress: "endpoints" } });
      noComplaints(back);
      inOrder(back, [
        ["create", "EndpointZone", /^ends-logs-us-east-1a$/],
        ["create", "Service", /^ends-1-0-0-/],
      ]);
      await quiet(stack);
    });
  });

  describe("in an existing network", () => {
    it("is refused before there is a load balancer if that has no subnet in a zone of the instances, and can be mended", async () => {
      const { ec2 } = world.gateway.reader(region);
      const network = await aNetwork(ec2, "10.8.0.0/16");
      await leadOut(ec2, network);
      const { vpc: vpcId, subnets: publicSubnetIds, zones } = network;
      const [first, second, third] = await privateSubnets(ec2, vpcId, "10.8", [...zones, c]);
      const placed = (...privateSubnetIds: string[]) => ({ network: { vpcId, privateSubnetIds, publicSubnetIds } });
      const stack = await world.stack({ ...service, ...placed(first, second, third), name: "given" });
      const run = await stack.up({}, { expectFailure: true });
      const { name, message } = failure(run);
      assert.match(name, /-existing-subnets$/);
      assert.match(message, new RegExp(`no subnet in the zone of ${third} \\(${c}\\)`));
      assert.deepEqual(steps(run, /(LoadBalancer|LoadBalancerZone|Service) /), []);
      noComplaints(await stack.up(placed(first, second)));
      await quiet(stack);
    });
  });

  describe("with a shared file system in an existing network", () => {
    it("keep the mount target of a zone whose subnet is exchanged, and serve both subnets by it", async () => {
      const { ec2 } = world.gateway.reader(region);
      const network = await aNetwork(ec2, "10.9.0.0/16");
      await leadOut(ec2, network);
      const [zone = ""] = network.zones;
      const [first, second, twin] = await privateSubnets(ec2, network.vpc, "10.9", [...network.zones, zone]);
      const inSubnets = (...privateSubnetIds: string[]): Partial<ServiceArgs> => ({
        network: { vpcId: network.vpc, privateSubnetIds, publicSubnetIds: network.subnets },
      });
      const stack = await world.stack({
        ...service,
        ...inSubnets(first, second),
        name: "share",
        files: { share: {} },
      });
      noComplaints(await stack.up());
      await quiet(stack);
      const targets = async () => {
        const answer = await world.gateway.reader(region).get("elasticfilesystem", "/2015-02-01/mount-targets");
        return (answer as { MountTargets: { MountTargetId: string; SubnetId: string }[] }).MountTargets;
      };
      const before = await targets();
      const run = await stack.up(inSubnets(twin, second));
      noComplaints(run);
      assert.deepEqual(await targets(), before);
      await quiet(stack);
      await stack.run.destroy();
      assert.deepEqual(await targets(), []);
    });
  });
});

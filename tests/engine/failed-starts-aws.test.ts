/** What an update on AWS reports of a release whose instances cannot start. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { CreateSubnetCommand } from "@aws-sdk/client-ec2";
import { AccountState } from "./support/account";
import { failure } from "./support/checks";
import { region } from "./support/emulator";
import { SimulatedReleases } from "./support/simulated-releases";
import { aNetwork, leadOut, type SmallNetwork } from "./support/small-network";
import { World, type ServiceStack } from "./support/world";

const digest = `sha256:${"1".repeat(64)}`;
const inEcrOf = (account: string) => `${account}.dkr.ecr.${region}.amazonaws.com/app@${digest}`;

describe("engine: instances that cannot start on AWS", () => {
  const account = new AccountState(false);
  const simulated = new SimulatedReleases();
  let world: World, stack: ServiceStack, network: SmallNetwork;

  World.forSuite({ docker: false, account }, async (started) => {
    world = started;
    await simulated.startIn(world);
    network = await aNetwork(world.gateway.reader(region).ec2, "10.1.0.0/16");
    stack = await world.stack({
      name: "shop",
      compute: "container",
      version: "1.0.0",
      image: inEcrOf("123456789012"),
      network: { vpcId: network.vpc, privateSubnetIds: network.subnets },
      loadBalancer: { internal: true },
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
    });
  });

  afterEach(() => {
    account.missingTypes.clear();
    account.diskKeyAdmitsAutoScaling = true;
  });

  /** The message of an update that fails because no instance of the release is healthy. */
  const message = async (changes: Partial<ServiceArgs> = {}) => {
    const { name, message: text } = failure(await stack.up(changes, { expectFailure: true }));
    assert.match(name, /-healthy$/);
    assert.match(text, /has 0 healthy instances of 2/);
    return text;
  };

  /** Leads the subnets to the internet, by a NAT gateway in another one. */
  const openNetwork = async () => {
    const { ec2 } = world.gateway.reader(region);
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: network.vpc, CidrBlock: "10.1.9.0/24", AvailabilityZone: network.zones[0] }),
    );
    await leadOut(ec2, { ...network, subnets: [Subnet?.SubnetId ?? ""] });
  };

  it("reports that an existing network does not lead to the registry", async () => {
    assert.match(
      await message(),
      /AWS gave up starting more .*unable to retrieve ecr registry auth.*i\/o timeout \(the subnets of the instances lead to no NAT gateway/,
    );
  });

  it("reports that the repository of another account does not admit this one", async () => {
    await openNetwork();
    assert.match(
      await message({ image: inEcrOf("210987654321") }),
      /CannotPullContainerError: .*210987654321.*403 Forbidden \(a repository of another account has to admit this one/,
    );
  });

  it("reports that the zones do not offer the type of the machines", async () => {
    const types = new Set(["t3.micro", "t3.small", "t3.medium"]);
    for (const zone of network.zones) account.missingTypes.set(zone, types);
    assert.match(
      await message({ compute: "vm", image: `ami-${"1".repeat(17)}` }),
      /requested instance type \(t3\.\w+\) is not supported in .* \(us-east-1[ab]\)\..* \(give network\.zones without that zone/,
    );
  });

  it("reports that Auto Scaling may not use the key of the disks", async () => {
    account.diskKeyAdmitsAutoScaling = false;
    assert.match(
      await message(),
      /Client\.InternalError: Client error on launch \(most likely the key of the disks.* does not admit AWSServiceRoleForAutoScaling/,
    );
  });

  it("starts the same release once nothing is in its way", async () => {
    await stack.up();
  });
});

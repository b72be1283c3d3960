import { DescribeSubnetsCommand, EC2Client, type Subnet } from "@aws-sdk/client-ec2";
import type { Created, Updated } from "../../remote";
import { clientSettings } from "./clients.remote";

/** The inputs of a check of an existing network's subnets. */
export interface Inputs {
  readonly region: string;
  /** The id of the VPC that they must belong to. */
  readonly vpc: string;
  /** The ids of the instances' subnets. */
  readonly instances: readonly string[];
  /** The ids of the load balancer's subnets. */
  readonly loadBalancer: readonly string[];
}

/** Fails where instances in these subnets could not serve behind a load balancer in those. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  await check(inputs);
  return { id: inputs.vpc, outs: inputs };
}

/** The same for other subnets. */
export async function update(_id: string, _before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> {
  await check(inputs);
  return { outs: inputs };
}

/**
 * A load balancer has one subnet per zone, and sends no requests to instances in a zone in which it has none:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html
 */
async function check({ region, vpc, instances, loadBalancer }: Inputs): Promise<void> {
  const subnets = await describe(region, [...new Set([...instances, ...loadBalancer])]);
  const foreign = [...subnets].find(([, { VpcId }]) => VpcId !== vpc);
  if (foreign !== undefined)
    throw new Error(`the subnet ${foreign[0]} must be in ${vpc}, but is in ${foreign[1].VpcId ?? "no VPC"}`);
  const zoneOf = (id: string) => subnets.get(id)?.AvailabilityZone ?? "an unknown zone";
  const served = new Set(loadBalancer.map(zoneOf));
  if (served.size < 2 || served.size < loadBalancer.length) {
    const list = loadBalancer.map((id) => `${id} is in ${zoneOf(id)}`).join(", ");
    throw new Error(`a load balancer needs subnets in two or more zones, and one in each: ${list}`);
  }
  const outside = instances.filter((id) => !served.has(zoneOf(id)));
  if (outside.length === 0) return;
  throw new Error(
    `the load balancer has no subnet in the zone of ${outside.map((id) => `${id} (${zoneOf(id)})`).join(", ")}, and sends ` +
      "no requests to instances there: add a subnet of the zone to network.publicSubnetIds, or remove the one in " +
      "network.privateSubnetIds",
  );
}

async function describe(region: string, ids: readonly string[]): Promise<ReadonlyMap<string, Subnet>> {
  const client = new EC2Client(clientSettings(region, "ec2"));
  const { Subnets: found = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }));
  return new Map(found.map((subnet) => [subnet.SubnetId ?? "", subnet]));
}

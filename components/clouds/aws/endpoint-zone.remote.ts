import { DescribeVpcEndpointsCommand, EC2Client, ModifyVpcEndpointCommand } from "@aws-sdk/client-ec2";
import { now, sleep } from "../../clock.remote";
import type { Created, Refreshed } from "../../remote";
import { clientSettings } from "./clients.remote";
import { isNamed } from "./rules.remote";

/** The inputs of an endpoint's zone. */
export interface Inputs {
  readonly region: string;
  /** The VPC endpoint's id. */
  readonly endpoint: string;
  /** The id of the subnet that it has in the zone. */
  readonly subnet: string;
}

/** The outputs of an endpoint's zone. */
export interface Outputs extends Inputs {
  /** The resource's own id, by which the next update knows that the state has it. */
  readonly member: string;
}

/** Seconds within which an endpoint has to have the subnet, and between two attempts. */
const wait = { within: 600, interval: 5 } as const;

/** Adds the subnet, unless the endpoint was created with it. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  await inTurn(inputs, async (client) => {
    const { endpoint, subnet } = inputs;
    const found = await available(client, endpoint);
    if (found === undefined) throw new Error(`the VPC endpoint ${endpoint} does not exist`);
    if (found.includes(subnet)) return;
    await client.send(new ModifyVpcEndpointCommand({ VpcEndpointId: endpoint, AddSubnetIds: [subnet] }));
    await available(client, endpoint);
  });
  const id = `${inputs.endpoint}/${inputs.subnet}`;
  return { id, outs: { ...inputs, member: id } };
}

/** Finds out whether the endpoint has the subnet. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, endpoint, subnet } = outputs;
  if (region === undefined || endpoint === undefined || subnet === undefined) return { id, props: outputs };
  const { subnets } = (await describe(clientOf(region), endpoint)) ?? {};
  return subnets?.includes(subnet) === true ? { id, props: outputs } : {};
}

/** Removes the subnet, unless it is the last one: then the endpoint itself is about to be deleted. */
async function remove(_id: string, { region, endpoint, subnet }: Partial<Outputs>): Promise<void> {
  if (region === undefined || endpoint === undefined || subnet === undefined) return;
  await inTurn({ region, endpoint, subnet }, async (client) => {
    const found = await available(client, endpoint);
    if (found === undefined || found.length < 2 || !found.includes(subnet)) return;
    await client.send(new ModifyVpcEndpointCommand({ VpcEndpointId: endpoint, RemoveSubnetIds: [subnet] }));
    // Its network interface in the subnet is gone once the endpoint is available again.
    await available(client, endpoint);
  });
}

export { remove as delete };

/** The changes of each endpoint that are under way: AWS refuses one while another one is. */
const queues = new Map<string, Promise<void>>();

function inTurn({ region, endpoint }: Inputs, change: (client: EC2Client) => Promise<void>): Promise<void> {
  const previous = queues.get(endpoint) ?? Promise.resolve();
  const next = previous.catch(() => undefined).then(() => change(clientOf(region)));
  queues.set(endpoint, next);
  return next;
}

/** The subnets of an endpoint, once no change of it is under way; undefined when it does not exist. */
async function available(client: EC2Client, endpoint: string): Promise<readonly string[] | undefined> {
  const deadline = now() + wait.within * 1000;
  for (;;) {
    const found = await describe(client, endpoint);
    if (found === undefined || found.state === "available") return found?.subnets;
    if (found.state === "deleting" || found.state === "deleted") return undefined;
    if (now() >= deadline) throw new Error(`the VPC endpoint ${endpoint} is ${found.state}, not available`);
    await sleep(wait.interval * 1000);
  }
}

async function describe(
  client: EC2Client,
  endpoint: string,
): Promise<{ readonly state: string; readonly subnets: readonly string[] } | undefined> {
  try {
    const { VpcEndpoints: [found] = [] } = await client.send(
      new DescribeVpcEndpointsCommand({ VpcEndpointIds: [endpoint] }),
    );
    // AWS has the states in either case.
    return found && { state: (found.State ?? "").toLowerCase(), subnets: found.SubnetIds ?? [] };
  } catch (error) {
    if (isNamed(error, "InvalidVpcEndpointId.NotFound")) return undefined;
    throw error;
  }
}

function clientOf(region: string): EC2Client {
  return new EC2Client(clientSettings(region));
}

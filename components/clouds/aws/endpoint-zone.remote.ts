import {
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import { now, sleep } from "../../clock.remote";
import type { Created, Refreshed } from "../../remote";
import { clientSettings, isError } from "./clients.remote";

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
  /** The id of the subnet of the same zone that the endpoint had before; empty for none. */
  readonly replaced: string;
}

/** Seconds within which an endpoint has to have the subnet, and between two attempts. */
const wait = { within: 600, interval: 5 } as const;

/**
 * Adds the subnet, unless the endpoint was created with it. AWS allows one subnet in each zone, so it replaces another
 * one there: a zone may be in the stack file by its id, which was there by its name before.
 */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { endpoint, subnet } = inputs;
  const replaced = await inTurn(inputs, async (client) => {
    const found = await available(client, endpoint);
    if (found === undefined) throw new Error(`the VPC endpoint ${endpoint} does not exist`);
    if (found.includes(subnet)) return undefined;
    const zones = await zonesOf(client, [...found, subnet]);
    const other = found.find((one) => zones.get(one) === zones.get(subnet));
    await exchange(client, endpoint, { add: subnet, remove: other });
    return other;
  });
  const id = `${endpoint}/${subnet}`;
  return { id, outs: { ...inputs, member: id, replaced: replaced ?? "" } };
}

/** Finds out whether the endpoint has the subnet. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, endpoint, subnet } = outputs;
  if (region === undefined || endpoint === undefined || subnet === undefined) return { id, props: outputs };
  const { subnets } = (await describe(clientOf(region), endpoint)) ?? {};
  return subnets?.includes(subnet) === true ? { id, props: outputs } : {};
}

/**
 * Removes the subnet, unless it is the last one: then the endpoint itself is about to be deleted. The subnet that it
 * replaced returns if it still exists: then the change that replaced it is taken back.
 */
async function remove(_id: string, { region, endpoint, subnet, replaced = "" }: Partial<Outputs>): Promise<void> {
  if (region === undefined || endpoint === undefined || subnet === undefined) return;
  await inTurn({ region, endpoint, subnet }, async (client) => {
    const found = await available(client, endpoint);
    if (found?.includes(subnet) !== true) return;
    const before = replaced !== "" && (await zonesOf(client, [replaced])).has(replaced) ? replaced : undefined;
    if (before === undefined && found.length < 2) return;
    // Its network interface in the subnet is gone once the endpoint is available again.
    await exchange(client, endpoint, { add: before, remove: subnet });
  });
}

export { remove as delete };

/** The changes of each endpoint that are under way: AWS refuses one while another one is. */
const queues = new Map<string, Promise<unknown>>();

function inTurn<T>({ region, endpoint }: Inputs, change: (client: EC2Client) => Promise<T>): Promise<T> {
  const previous = queues.get(endpoint) ?? Promise.resolve();
  const next = previous.catch(() => undefined).then(() => change(clientOf(region)));
  queues.set(endpoint, next);
  return next;
}

/** Changes an endpoint's subnets by one call, and waits until that is done. */
async function exchange(
  client: EC2Client,
  endpoint: string,
  { add, remove }: { readonly add: string | undefined; readonly remove: string | undefined },
): Promise<void> {
  await client.send(
    new ModifyVpcEndpointCommand({
      VpcEndpointId: endpoint,
      ...(add === undefined ? {} : { AddSubnetIds: [add] }),
      ...(remove === undefined ? {} : { RemoveSubnetIds: [remove] }),
    }),
  );
  await available(client, endpoint);
}

/** The zones of those subnets that exist, by the subnets' ids. */
async function zonesOf(client: EC2Client, subnets: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // A filter, unlike a list of ids, may name a subnet that does not exist.
  const Filters = [{ Name: "subnet-id", Values: [...new Set(subnets)] }];
  const { Subnets: found = [] } = await client.send(new DescribeSubnetsCommand({ Filters }));
  return new Map(found.map(({ SubnetId: id = "", AvailabilityZone: zone = "" }) => [id, zone]));
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
    if (isError(error, "InvalidVpcEndpointId.NotFound")) return undefined;
    throw error;
  }
}

function clientOf(region: string): EC2Client {
  return new EC2Client(clientSettings(region, "ec2"));
}

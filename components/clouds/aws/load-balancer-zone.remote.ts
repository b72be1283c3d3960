import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { now, sleep } from "../../clock.remote";
import type { Created, Refreshed } from "../../remote";
import { clientSettings, isError } from "./clients.remote";

/** The inputs of a load balancer's zone. */
export interface Inputs {
  readonly region: string;
  /** The load balancer's ARN. */
  readonly loadBalancer: string;
  /** The id of the subnet that it has in the zone. */
  readonly subnet: string;
}

/** The outputs of a load balancer's zone. */
export interface Outputs extends Inputs {
  /** The zone's id, by which a later update knows the load balancer's subnets that are in the state. */
  readonly member: string;
}

/** The fewest subnets that AWS lets a load balancer have. */
const fewest = 2;
/** Seconds within which a load balancer has to have the subnet, and between two attempts. */
const wait = { within: 120, interval: 3 } as const;

/** Adds the subnet, in place of another one in its zone. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { region, loadBalancer, subnet } = inputs;
  await setSubnets(inputs, async (subnets) => {
    const zones = await zonesOf(region, [...subnets, subnet]);
    return [...subnets.filter((other) => zones.get(other) !== zones.get(subnet)), subnet];
  });
  const id = `${loadBalancer}/${subnet}`;
  return { id, outs: { ...inputs, member: id } };
}

/** Finds out whether the load balancer has the subnet. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, loadBalancer, subnet } = outputs;
  if (region === undefined || loadBalancer === undefined || subnet === undefined) return { id, props: outputs };
  const subnets = await subnetsOf(clientOf(region), loadBalancer);
  return subnets?.includes(subnet) === true ? { id, props: outputs } : {};
}

/** Removes the subnet, unless AWS requires it: then the load balancer itself is about to be deleted. */
async function remove(_id: string, { region, loadBalancer, subnet }: Partial<Inputs>): Promise<void> {
  if (region === undefined || loadBalancer === undefined || subnet === undefined) return;
  await setSubnets({ region, loadBalancer }, (subnets) => {
    const others = subnets.filter((other) => other !== subnet);
    return Promise.resolve(others.length < fewest ? subnets : others);
  });
}

export { remove as delete };

/** Where a load balancer has other subnets than the recorded ones: a call that gives it these. */
export async function restorable(
  region: string,
  loadBalancer: string,
  recorded: readonly string[],
): Promise<(() => Promise<void>) | undefined> {
  const subnets = recorded.flatMap((id) =>
    id.startsWith(`${loadBalancer}/`) ? [id.slice(loadBalancer.length + 1)] : [],
  );
  const live = await subnetsOf(clientOf(region), loadBalancer);
  if (live === undefined || subnets.length < fewest || isSame(live, subnets)) return undefined;
  return () => setSubnets({ region, loadBalancer }, () => Promise.resolve(subnets));
}

/** The changes of each load balancer's subnets that are under way, because each call sets all of them. */
const queues = new Map<string, Promise<void>>();

/** Changes the subnets of a load balancer, if it exists: one change after the other. */
function setSubnets(
  { region, loadBalancer }: Pick<Inputs, "region" | "loadBalancer">,
  change: (subnets: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  const previous = queues.get(loadBalancer) ?? Promise.resolve();
  const next = previous.catch(() => undefined).then(() => setNow(clientOf(region), loadBalancer, change));
  queues.set(loadBalancer, next);
  return next;
}

async function setNow(
  client: ElasticLoadBalancingV2Client,
  loadBalancer: string,
  change: (subnets: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  const deadline = now() + wait.within * 1000;
  for (;;) {
    const subnets = await subnetsOf(client, loadBalancer);
    if (subnets === undefined) return;
    const wanted = await change(subnets);
    if (isSame(subnets, wanted)) return;
    if (now() >= deadline)
      throw new Error(`${loadBalancer} has the subnets ${subnets.join(", ")}, not ${wanted.join(", ")}`);
    await client.send(new SetSubnetsCommand({ LoadBalancerArn: loadBalancer, Subnets: [...wanted] }));
    if ((await subnetsOf(client, loadBalancer))?.length !== wanted.length) await sleep(wait.interval * 1000);
  }
}

function isSame(subnets: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length === subnets.length && wanted.every((subnet) => subnets.includes(subnet));
}

/** The ids of a load balancer's subnets; undefined when it does not exist. */
async function subnetsOf(
  client: ElasticLoadBalancingV2Client,
  loadBalancer: string,
): Promise<readonly string[] | undefined> {
  try {
    const { LoadBalancers: [found] = [] } = await client.send(
      new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancer] }),
    );
    return found?.AvailabilityZones?.flatMap(({ SubnetId: id }) => (id === undefined ? [] : [id]));
  } catch (error) {
    if (isError(error, "LoadBalancerNotFoundException")) return undefined;
    throw error;
  }
}

/** The zones of subnets, by the subnets' ids. */
async function zonesOf(region: string, subnets: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
  const client = new EC2Client(clientSettings(region, "ec2"));
  const { Subnets: found = [] } = await client.send(new DescribeSubnetsCommand({ SubnetIds: [...new Set(subnets)] }));
  return new Map(found.map(({ SubnetId: id = "", AvailabilityZone: zone }) => [id, zone]));
}

function clientOf(region: string): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client(clientSettings(region, "elastic-load-balancing"));
}

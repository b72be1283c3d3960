import {
  DeleteListenerCommand,
  type ElasticLoadBalancingV2Client,
  paginateDescribeListeners,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Created } from "../../remote";
import { isError } from "./clients.remote";
import { ruleClient } from "./rules.remote";

/** The inputs of a listener's removal. */
export interface Inputs {
  readonly region: string;
  /** The load balancer's ARN. It is the stack's own, so its listeners are too. */
  readonly loadBalancer: string;
  /** The listener's port, of which a load balancer has one listener. */
  readonly port: number;
}

/** Records which listener to delete. It is recorded before there is one, so an interrupted update leaves none behind. */
export function create(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: `${inputs.loadBalancer}:${inputs.port}:removal`, outs: inputs });
}

/** Deletes the listener, unless it is gone. */
async function remove(_id: string, { region, loadBalancer, port }: Partial<Inputs>): Promise<void> {
  if (region === undefined || loadBalancer === undefined || port === undefined) return;
  const client = ruleClient({ region });
  try {
    for (const listener of await listenersOf(client, loadBalancer, port))
      await client.send(new DeleteListenerCommand({ ListenerArn: listener }));
  } catch (error) {
    // It was deleted since it was listed, or its load balancer was.
    if (!isError(error, "ListenerNotFoundException", "LoadBalancerNotFoundException")) throw error;
  }
}
export { remove as delete };

async function listenersOf(client: ElasticLoadBalancingV2Client, balancer: string, port: number): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateDescribeListeners({ client }, { LoadBalancerArn: balancer });
  for await (const { Listeners: page = [] } of pages)
    for (const { Port, ListenerArn } of page) if (Port === port && ListenerArn !== undefined) found.push(ListenerArn);
  return found;
}

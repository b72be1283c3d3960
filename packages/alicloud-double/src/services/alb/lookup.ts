import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { LoadBalancer } from "./records";

/** ALB's refusal for an unknown load balancer. */
export const noLoadBalancer = (id: string) => notFound("ResourceNotFound.LoadBalancer", id);

/** The load balancer; refuses if it is being created or changed. */
export function requireActiveLoadBalancer(world: World, id: string | undefined): LoadBalancer {
  const balancer = world.balancing.loadBalancers.require(id, noLoadBalancer);
  if (balancer.status !== "Active")
    throw new Refusal(
      "IncorrectStatus.LoadBalancer",
      `The status of ${balancer.id} [${balancer.status}] is incorrect.`,
    );
  return balancer;
}

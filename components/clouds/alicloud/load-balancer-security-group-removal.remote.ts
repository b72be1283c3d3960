import type { Created } from "../../remote";
import { Api, codeOf, until, untilFree } from "./api.remote";

/** The inputs of the removal of a load balancer from a security group. */
export interface Inputs {
  readonly region: string;
  /** The URL of the load balancer's API. */
  readonly loadBalancing: string;
  /** The load balancer's id. */
  readonly loadBalancer: string;
  /** The security group's id. */
  readonly securityGroup: string;
}

interface Balancer {
  readonly LoadBalancerStatus?: string;
  readonly SecurityGroupIds?: readonly string[];
}

/** Records what to leave. It is recorded before the load balancer joins, so an interrupted update leaves nothing behind. */
export function create(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: `${inputs.loadBalancer}:${inputs.securityGroup}:removal`, outs: inputs });
}

/** Lets the load balancer leave the security group, unless it has left or is gone. */
async function remove(
  _id: string,
  { region = "", loadBalancing = "", loadBalancer = "", securityGroup = "" }: Partial<Inputs>,
): Promise<void> {
  const api = new Api("alb", loadBalancing, { RegionId: region });
  const settled = () =>
    until(`the load balancer ${loadBalancer} is still being changed`, async () => {
      const balancer = await api.request<Balancer>("GetLoadBalancerAttribute", { LoadBalancerId: loadBalancer });
      return balancer.LoadBalancerStatus === "Active" ? balancer : undefined;
    });
  try {
    await untilFree(async () => {
      const { SecurityGroupIds: joined = [] } = await settled();
      if (!joined.includes(securityGroup)) return;
      const ids = { LoadBalancerId: loadBalancer, SecurityGroupIds: [securityGroup] };
      await api.request("LoadBalancerLeaveSecurityGroup", ids);
      await settled();
    });
  } catch (error) {
    // The load balancer is gone, or has left since it was read.
    if (!/^ResourceNot(Found|Associated)\b/.test(codeOf(error))) throw error;
  }
}
export { remove as delete };

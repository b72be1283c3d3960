import { until, untilFree } from "./api.remote";
import { removeUnknownZones } from "./load-balancer-zone.remote";
import { deleteRule, listRules } from "./rules.remote";
import type { Owned } from "./owned.remote";

/** The names of the rules that the rule resources create. */
const ownRule = /-(header|traffic-split|redirect)-https?$/;

interface Balancer {
  readonly LoadBalancerId: string;
  readonly LoadBalancerName?: string;
  readonly VpcId?: string;
}
interface Group {
  readonly ServerGroupId: string;
  readonly ServerGroupName?: string;
  readonly VpcId?: string;
}

/** Removes listeners, rules and zones from the load balancers that stay, and security groups that these have joined. */
export async function removeRules(owned: Owned): Promise<void> {
  const api = owned.api("alb");
  for (const balancer of (await owned.ofStack("alb", "loadbalancer")).filter((id) => owned.isRecorded(id))) {
    const pages = await untilFree(() =>
      api.pages<{ readonly Listeners?: readonly { readonly ListenerId: string }[]; readonly NextToken?: string }>(
        "ListListeners",
        { LoadBalancerIds: [balancer], MaxResults: 100 },
      ),
    );
    const listeners = pages.flatMap(({ Listeners = [] }) => Listeners.map(({ ListenerId }) => ListenerId));
    for (const { RuleId, RuleName = "", ListenerId = "" } of await untilFree(() =>
      listRules(api, { LoadBalancerIds: [balancer] }),
    ))
      if (owned.isRecorded(ListenerId) && !owned.isRecorded(RuleId) && ownRule.test(RuleName))
        await owned.remove("rule", RuleId, () => deleteRule(owned.balancing, RuleId));
    for (const id of listeners.filter((listener) => !owned.isRecorded(listener))) {
      await owned.remove("listener", id, () => api.request("DeleteListener", { ListenerId: id }));
      await gone(owned, "ListListeners", "Listeners", { ListenerIds: [id] });
    }
    await leaveSecurityGroups(owned, balancer);
    const zones = await removeUnknownZones({ ...owned.balancing, loadBalancer: balancer }, (id) =>
      owned.isRecorded(id),
    );
    owned.removed.push(...zones.map((zone) => `load balancer's zone ${zone}`));
  }
}

async function leaveSecurityGroups(owned: Owned, LoadBalancerId: string): Promise<void> {
  const api = owned.api("alb");
  const { SecurityGroupIds = [] } = await untilFree(() =>
    api.request<{ readonly SecurityGroupIds?: readonly string[] }>("GetLoadBalancerAttribute", { LoadBalancerId }),
  );
  for (const id of SecurityGroupIds.filter((one) => !owned.isRecorded(`${LoadBalancerId}:${one}`)))
    await owned.remove("load balancer's security group", id, () =>
      api.request("LoadBalancerLeaveSecurityGroup", { LoadBalancerId, SecurityGroupIds: [id] }),
    );
}

/** Removes load balancers and target groups. */
export async function removeBalancing(owned: Owned): Promise<void> {
  const api = owned.api("alb");
  const { service } = owned.names;
  const vpcs = await owned.vpcs();
  const inOwnVpc = ({ VpcId = "" }: { readonly VpcId?: string }) => vpcs.includes(VpcId);
  const balancers = (await all<{ LoadBalancers?: readonly Balancer[] }>(owned, "ListLoadBalancers", vpcs))
    .flatMap(({ LoadBalancers = [] }) => LoadBalancers)
    .filter((one) => inOwnVpc(one) && one.LoadBalancerName === service);
  for (const id of await owned.leftovers(
    "alb",
    "loadbalancer",
    balancers.map((one) => one.LoadBalancerId),
  )) {
    await owned.remove("load balancer", id, () => api.request("DeleteLoadBalancer", { LoadBalancerId: id }));
    await gone(owned, "ListLoadBalancers", "LoadBalancers", { LoadBalancerIds: [id] });
  }
  const groups = (await all<{ ServerGroups?: readonly Group[] }>(owned, "ListServerGroups", vpcs))
    .flatMap(({ ServerGroups = [] }) => ServerGroups)
    .filter((one) => inOwnVpc(one) && one.ServerGroupName?.startsWith(`${service}-`) === true);
  for (const id of await owned.leftovers(
    "alb",
    "servergroup",
    groups.map((one) => one.ServerGroupId),
  )) {
    await owned.remove("target group", id, () => api.request("DeleteServerGroup", { ServerGroupId: id }));
    await gone(owned, "ListServerGroups", "ServerGroups", { ServerGroupIds: [id] });
  }
}

/** All pages of a list, if the stack has a VPC of its own. */
async function all<Page extends object>(owned: Owned, action: string, vpcs: readonly string[]): Promise<Page[]> {
  if (vpcs.length === 0) return [];
  return untilFree(() => owned.api("alb").pages<Page & { readonly NextToken?: string }>(action, { MaxResults: 100 }));
}

/** Waits until a list has nothing more: a removal is a job, and takes names and ports until it ends. */
async function gone(
  owned: Owned,
  action: string,
  items: string,
  filter: Readonly<Record<string, unknown>>,
): Promise<void> {
  await until(`${JSON.stringify(filter)} is still being removed`, async () => {
    const reply = await owned.api("alb").request<Readonly<Record<string, unknown>>>(action, filter);
    const left = reply[items];
    return Array.isArray(left) && left.length > 0 ? undefined : true;
  });
}

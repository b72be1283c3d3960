import { until } from "./api.remote";
import { deleteRule, listRules } from "./rules.remote";
import type { Owned } from "./owned.remote";

interface Listener {
  readonly ListenerId: string;
  readonly LoadBalancerId: string;
}

/** The names of the rules that the rule resources create. */
const ownRule = /-(header|traffic-split|redirect)-https?$/;

/**
 * Removes listeners, and rules on the listeners that stay. They are the stack's own where the load balancer is, whether it
 * is in the state or has the mark.
 */
export async function removeRules(owned: Owned): Promise<void> {
  const api = owned.api("alb");
  const balancers = await ownBalancers(owned);
  if (balancers.length === 0) return;
  const listeners = (
    await api.pages<{ readonly Listeners?: readonly Listener[]; readonly NextToken?: string }>("ListListeners", {
      LoadBalancerIds: balancers,
      MaxResults: 100,
    })
  ).flatMap(({ Listeners = [] }) => Listeners);
  const leftovers = await owned.leftovers(
    "alb",
    "listener",
    listeners.map(({ ListenerId }) => ListenerId),
  );
  const rules = await listRules(api, { LoadBalancerIds: balancers });
  for (const { RuleId, RuleName = "", ListenerId = "" } of rules)
    if (!owned.isRecorded(RuleId) && !leftovers.includes(ListenerId) && ownRule.test(RuleName))
      await owned.remove("rule", RuleId, () => deleteRule(owned.balancing, RuleId));
  for (const id of leftovers) {
    await owned.remove("listener", id, () => api.request("DeleteListener", { ListenerId: id }));
    await gone(owned, "ListListeners", "Listeners", { ListenerIds: [id] });
  }
}

/** Removes target groups and load balancers. */
export async function removeBalancing(owned: Owned): Promise<void> {
  const api = owned.api("alb");
  const groups = (
    await api.pages<{ readonly ServerGroups?: readonly { readonly ServerGroupId: string }[] } & Page>(
      "ListServerGroups",
      { MaxResults: 100 },
    )
  ).flatMap(({ ServerGroups = [] }) => ServerGroups.map(({ ServerGroupId }) => ServerGroupId));
  const leftGroups = await owned.leftovers("alb", "servergroup", groups);
  for (const id of (await ownBalancers(owned)).filter((one) => !owned.isRecorded(one))) {
    await owned.remove("load balancer", id, () => api.request("DeleteLoadBalancer", { LoadBalancerId: id }));
    await gone(owned, "ListLoadBalancers", "LoadBalancers", { LoadBalancerIds: [id] });
  }
  for (const id of leftGroups) {
    await owned.remove("target group", id, () => api.request("DeleteServerGroup", { ServerGroupId: id }));
    await gone(owned, "ListServerGroups", "ServerGroups", { ServerGroupIds: [id] });
  }
}

interface Page {
  readonly NextToken?: string;
}

/** The load balancers of the stack: those in the state, and those with its mark. */
async function ownBalancers(owned: Owned): Promise<string[]> {
  const all = (
    await owned
      .api("alb")
      .pages<{ readonly LoadBalancers?: readonly { readonly LoadBalancerId: string }[] } & Page>("ListLoadBalancers", {
        MaxResults: 100,
      })
  ).flatMap(({ LoadBalancers = [] }) => LoadBalancers.map(({ LoadBalancerId }) => LoadBalancerId));
  return owned.ofStack("alb", "loadbalancer", all);
}

/** Waits until a list has nothing more: a removal is a job, and takes names and ports until it ends. */
async function gone(owned: Owned, action: string, items: string, filter: Readonly<Record<string, unknown>>) {
  await until(`${JSON.stringify(filter)} is still being removed`, async () => {
    const reply = await owned.api("alb").request<Readonly<Record<string, unknown>>>(action, filter);
    const left = reply[items];
    return Array.isArray(left) && left.length > 0 ? undefined : true;
  });
}

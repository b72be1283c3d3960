import { until, untilFree } from "./api.remote";
import { deleteRule, listRules } from "./rules.remote";
import type { Owned } from "./owned.remote";

/** The names of the rules that the rule resources create. */
const ownRule = /-(header|traffic-split|redirect)-https?$/;

/** Removes listeners, and rules on the listeners that stay. */
export async function removeRules(owned: Owned): Promise<void> {
  const api = owned.api("alb");
  const listeners = await owned.ofStack("alb", "listener");
  for (const id of listeners.filter((listener) => owned.isRecorded(listener)))
    for (const { RuleId, RuleName = "" } of await untilFree(() => listRules(api, { ListenerIds: [id] })))
      if (!owned.isRecorded(RuleId) && ownRule.test(RuleName))
        await owned.remove("rule", RuleId, () => deleteRule(owned.balancing, RuleId));
  for (const id of listeners.filter((listener) => !owned.isRecorded(listener))) {
    await owned.remove("listener", id, () => api.request("DeleteListener", { ListenerId: id }));
    await gone(owned, "ListListeners", "Listeners", { ListenerIds: [id] });
  }
}

/** Removes load balancers and target groups. */
export async function removeBalancing(owned: Owned): Promise<void> {
  const api = owned.api("alb");
  for (const id of await owned.leftovers("alb", "loadbalancer")) {
    await owned.remove("load balancer", id, () => api.request("DeleteLoadBalancer", { LoadBalancerId: id }));
    await gone(owned, "ListLoadBalancers", "LoadBalancers", { LoadBalancerIds: [id] });
  }
  for (const id of await owned.leftovers("alb", "servergroup")) {
    await owned.remove("target group", id, () => api.request("DeleteServerGroup", { ServerGroupId: id }));
    await gone(owned, "ListServerGroups", "ServerGroups", { ServerGroupIds: [id] });
  }
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

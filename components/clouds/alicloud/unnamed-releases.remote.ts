import { sleep } from "../../clock.remote";
import { settleSeconds } from "../timings";
import { untilFree } from "./api.remote";
import { mayWithdraw } from "../intent-inputs.remote";
import type { Inputs } from "./intent-inputs.remote";
import { available, balancing, forwardTo, readRule, sharesOf } from "./rules.remote";

interface ServerGroups {
  readonly ServerGroups?: readonly {
    readonly ServerGroupId: string;
    readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  }[];
}

/**
 * Takes the releases that the program does not name out of the traffic split, where they may be withdrawn: an
 * interrupted update may have put them there.
 */
export async function withdrawUnnamed(inputs: WithdrawInputs): Promise<void> {
  const { region, endpoints, releases, splitRules } = inputs;
  const api = balancing({ region, loadBalancing: endpoints.alb });
  let moved = false;
  for (const id of splitRules) {
    const rule = await readRule(api, id);
    const shares = sharesOf(rule?.RuleActions);
    if (rule === undefined || shares.size === 0) continue;
    const { ServerGroups: groups = [] } = await untilFree(
      () => api.request<ServerGroups>("ListServerGroups", { ServerGroupIds: [...shares.keys()], MaxResults: 100 }),
      60,
    );
    const releaseOf = (group: string) =>
      groups.find(({ ServerGroupId }) => ServerGroupId === group)?.Tags?.find(({ Key }) => Key === "release")?.Value ??
      "";
    const named = new Map([...shares].filter(([group]) => releases.some(({ id }) => id === releaseOf(group))));
    const live = [...named].flatMap(([group, weight]) => (weight > 0 ? [releaseOf(group)] : []));
    if (named.size === shares.size || !mayWithdraw(inputs, live)) continue;
    await untilFree(async () => {
      await available(api, id);
      await api.request("UpdateRuleAttribute", { RuleId: id, RuleActions: [forwardTo(named)] });
      await available(api, id);
    });
    moved = true;
  }
  if (moved) await sleep(settleSeconds * 1000);
}

type WithdrawInputs = Pick<Inputs, "region" | "endpoints" | "releases" | "entering" | "splitRules">;

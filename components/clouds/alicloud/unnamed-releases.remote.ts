import { sleep } from "../../clock.remote";
import { settleSeconds } from "../timings";
import { untilFree } from "./api.remote";
import type { Inputs } from "./intent-inputs.remote";
import { available, balancing, forwardTo, readRule, sharesOf } from "./rules.remote";

interface ServerGroups {
  readonly ServerGroups?: readonly {
    readonly ServerGroupId: string;
    readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  }[];
}

/**
 * Takes out of the traffic split the releases that the program does not name, which an interrupted update may have put
 * there. If no release with a share remained, the rule stays as it is until the traffic split sets it.
 */
export async function withdrawUnnamed({ region, endpoints, releases, splitRules }: WithdrawInputs): Promise<void> {
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
    const named = new Map(
      [...shares].filter(([group]) => {
        const tags = groups.find(({ ServerGroupId }) => ServerGroupId === group)?.Tags ?? [];
        const release = tags.find(({ Key }) => Key === "release")?.Value;
        return releases.some((one) => one.id === release);
      }),
    );
    if (named.size === shares.size || ![...named.values()].some((weight) => weight > 0)) continue;
    await untilFree(async () => {
      await available(api, id);
      await api.request("UpdateRuleAttribute", { RuleId: id, RuleActions: [forwardTo(named)] });
      await available(api, id);
    });
    moved = true;
  }
  if (moved) await sleep(settleSeconds * 1000);
}

type WithdrawInputs = Pick<Inputs, "region" | "endpoints" | "releases" | "splitRules">;

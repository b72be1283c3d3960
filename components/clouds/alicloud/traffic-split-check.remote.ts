import type { Created, Updated } from "../../remote";
import { expectShares } from "../checks.remote";
import { Api, withRetries } from "./api.remote";

/** The inputs of a check of the traffic split. */
export interface Inputs {
  readonly region: string;
  /** The URL of the load balancer's API. */
  readonly loadBalancing: string;
  /** The id of the listener's rule that splits the traffic. */
  readonly rule: string;
  /** The target groups that it must name, each as its id, `=` and its weight in percent. */
  readonly shares: readonly string[];
}

interface Rules {
  readonly Rules?: readonly { readonly RuleActions?: readonly Action[] }[];
}

interface Action {
  readonly Type: string;
  readonly ForwardGroupConfig?: {
    readonly ServerGroupTuples?: readonly { readonly ServerGroupId: string; readonly Weight?: number }[];
  };
}

/** Compares the rule in the cloud with the requested weights. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  const api = new Api("alb", inputs.loadBalancing, { RegionId: inputs.region });
  const { Rules: rules = [] } = await withRetries(() => api.request<Rules>("ListRules", { "RuleIds.1": inputs.rule }));
  const forwards = (rules[0]?.RuleActions ?? []).filter(({ Type }) => Type === "ForwardGroup");
  const targets = forwards.flatMap(({ ForwardGroupConfig }) => ForwardGroupConfig?.ServerGroupTuples ?? []);
  expectShares(
    targets.map(({ ServerGroupId, Weight = 100 }) => `${ServerGroupId}=${Weight}`),
    inputs.shares,
  );
  return { id: inputs.rule, outs: inputs };
}

/** Compares again after the weights have changed. */
export async function update(_id: string, _before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> {
  const { outs } = await create(inputs);
  return { outs };
}

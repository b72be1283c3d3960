import { type Rule, listRules, sharesOf } from "../../../components/clouds/alicloud/rules.remote";
import { type Subject, ofType, textOf } from "../../subject";
import type { RuleFacts } from "../traffic";
import type { Clients } from "./clients";

/** A condition of a rule, as far as it is about a header. */
interface HeaderCondition {
  readonly HeaderConfig?: { readonly Key?: string; readonly Values?: readonly string[] };
}

/** A rule as ListRules has it. */
type ListedRule = Rule & { readonly RuleConditions?: readonly HeaderCondition[] };

/** Reads the rules of the load balancer's listeners. */
export async function readRules(clients: Clients, { resources, loadBalancer }: Subject): Promise<RuleFacts> {
  const rules: readonly ListedRule[] = await listRules(clients.api("alb"), { LoadBalancerIds: [loadBalancer] });
  const [split] = ofType(resources, "TrafficRule");
  const named = (split?.inputs?.shares ?? []) as readonly { readonly release: string; readonly targetGroup: string }[];
  const release = (id: string) => named.find(({ targetGroup }) => targetGroup === id)?.release ?? id;
  const shares = rules
    .filter(({ RuleName }) => RuleName === textOf(split?.inputs?.name))
    .flatMap(({ RuleActions }) => [...sharesOf(RuleActions)]);
  return {
    shares: new Map(shares.map(([id, share]) => [release(id), share])),
    headers: rules
      .flatMap(({ RuleConditions = [] }) => RuleConditions)
      .filter(({ HeaderConfig: header }) => header?.Key?.toLowerCase() === "x-release")
      .flatMap(({ HeaderConfig: header }) => header?.Values ?? []),
  };
}

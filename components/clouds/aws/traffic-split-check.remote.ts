import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Created, Updated } from "../../remote";
import { expectShares } from "../checks.remote";
import { clientSettings } from "./clients.remote";

/** The inputs of a check of the traffic split. */
export interface Inputs {
  readonly region: string;
  /** The ARN of the listener's rule that splits the traffic. */
  readonly rule: string;
  /** The target groups that it must name, each as its ARN, `=` and its weight in percent. */
  readonly shares: readonly string[];
}

/** Compares the rule in the cloud with the requested weights. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  const client = new ElasticLoadBalancingV2Client(clientSettings(inputs.region));
  const { Rules: rules = [] } = await client.send(new DescribeRulesCommand({ RuleArns: [inputs.rule] }));
  const action = rules[0]?.Actions?.find(({ Type }) => Type === "forward");
  const targets = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn, Weight: 1 }];
  const total = targets.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  const percent = (weight: number) => (total === 0 ? 0 : Math.round((weight * 100) / total));
  expectShares(
    targets.map(({ TargetGroupArn = "none", Weight = 1 }) => `${TargetGroupArn}=${percent(Weight)}`),
    inputs.shares,
  );
  return { id: inputs.rule, outs: inputs };
}

/** Compares again after the weights have changed. */
export async function update(_id: string, _before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> {
  const { outs } = await create(inputs);
  return { outs };
}

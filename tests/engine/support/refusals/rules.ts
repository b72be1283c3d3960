/** Rules: a priority is used once per listener; a target group that a rule or listener names cannot be deleted. */
import type { AwsCall, Refused } from "../aws-call";
import { balancerOf, type CloudReader } from "../cloud-reader";
import { field, numbered } from "../gaps/correction";
import { forwardProblem } from "./forwards";
import { refusal, type Refusal } from "./refusal";

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html: without default rules.
const mostRules = 100;

/**
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html and
 * API_DeleteTargetGroup.html.
 */
export function rules(): Refusal {
  return refusal("elasticloadbalancing", {
    CreateRule: async (call, cloud) => {
      const listener = field(call, "ListenerArn") ?? "";
      const priority = field(call, "Priority") ?? "";
      const existing = await cloud.rules(listener);
      return (
        priorityProblem(priority) ??
        (existing.some(({ Priority }) => Priority === priority) ? inUse(priority) : undefined) ??
        (await quotaProblem(balancerOf(listener), cloud)) ??
        (await forwardProblem(call, "Actions", balancerOf(listener), cloud))
      );
    },
    ModifyRule: (call, cloud) => forwardProblem(call, "Actions", balancerOf(field(call, "RuleArn") ?? ""), cloud),
    SetRulePriorities: (call, cloud) => prioritiesProblem(call, cloud),
    DeleteTargetGroup: async (call, cloud) => {
      const arn = field(call, "TargetGroupArn") ?? "";
      return (await cloud.targetGroupsInUse()).has(arn)
        ? { code: "ResourceInUse", message: `Target group '${arn}' is currently in use by a listener or a rule` }
        : undefined;
    },
  });
}

function priorityProblem(priority: string): Refused | undefined {
  return /^\d+$/.test(priority) && Number(priority) >= 1 && Number(priority) <= 50_000
    ? undefined
    : { code: "ValidationError", message: `Priority must be 1 to 50000, got '${priority}'` };
}

function inUse(priority: string): Refused {
  return { code: "PriorityInUse", message: `Priority '${priority}' is currently in use` };
}

async function quotaProblem(balancer: string, cloud: CloudReader): Promise<Refused | undefined> {
  const own = (await cloud.rules()).filter(({ RuleArn = "" }) => balancerOf(RuleArn) === balancer);
  return own.length < mostRules
    ? undefined
    : { code: "TooManyRules", message: `The maximum number of rules on a load balancer is ${mostRules}` };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html: PriorityInUse. */
async function prioritiesProblem(call: AwsCall, cloud: CloudReader): Promise<Refused | undefined> {
  const wanted = new Map(
    numbered(call, (index) => `RulePriorities.member.${index}.RuleArn`).map((arn, index) => [
      arn,
      field(call, `RulePriorities.member.${index + 1}.Priority`) ?? "",
    ]),
  );
  const listener = [...wanted.keys()][0]?.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "") ?? "";
  const after = (await cloud.rules(listener)).map(({ RuleArn, Priority }) => wanted.get(RuleArn ?? "") ?? Priority);
  const double = after.find((priority, index) => after.indexOf(priority) !== index);
  return [...wanted.values()].map(priorityProblem).find(Boolean) ?? (double === undefined ? undefined : inUse(double));
}

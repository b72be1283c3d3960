/** Forward actions of listeners and rules: their limits, and which target groups they may name. */
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field, numbered } from "../gaps/correction";

const mostGroups = 5;
const mostWeight = 999;

/** The problem of a request's actions on a listener of this load balancer; undefined when AWS accepts them. */
export async function forwardProblem(
  call: AwsCall,
  actions: "Actions" | "DefaultActions",
  balancerArn: string,
  cloud: CloudReader,
): Promise<Refused | undefined> {
  const named = numbered(call, (index) => `${actions}.member.${index}.Type`).flatMap((_, position) => {
    const base = `${actions}.member.${position + 1}`;
    const weighted = numbered(call, (index) => `${base}.ForwardConfig.TargetGroups.member.${index}.TargetGroupArn`).map(
      (arn, index) => ({
        arn,
        weight: field(call, `${base}.ForwardConfig.TargetGroups.member.${index + 1}.Weight`),
      }),
    );
    const plain = field(call, `${base}.TargetGroupArn`);
    return plain === undefined || weighted.length > 0 ? weighted : [{ arn: plain, weight: undefined }];
  });
  if (named.length === 0) return undefined;
  return limitProblem(named) ?? (await groupProblem([...new Set(named.map(({ arn }) => arn))], balancerArn, cloud));
}

/**
 * Five target groups per action, and weights of 0 to 999:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html and
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html.
 */
function limitProblem(named: { arn: string; weight: string | undefined }[]): Refused | undefined {
  if (named.length > mostGroups)
    return { code: "TooManyTargetGroups", message: `A forward action has at most ${mostGroups} target groups` };
  if (new Set(named.map(({ arn }) => arn)).size < named.length)
    return { code: "ValidationError", message: "A target group is named more than once in a forward action" };
  const wrong = named.find(({ weight }) => weight !== undefined && !inRange(weight));
  return wrong && { code: "ValidationError", message: `Weight must be 0 to ${mostWeight}, got ${wrong.weight ?? ""}` };
}

function inRange(weight: string): boolean {
  return /^\d+$/.test(weight) && Number(weight) <= mostWeight;
}

/**
 * A target group belongs to one load balancer: https://github.com/hashicorp/terraform-provider-aws/issues/22005; of the
 * same VPC:
 * https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1045.
 */
async function groupProblem(arns: string[], balancerArn: string, cloud: CloudReader): Promise<Refused | undefined> {
  const inUse = await cloud.targetGroupsInUse();
  const balancer = (await cloud.loadBalancers()).find(({ LoadBalancerArn }) => LoadBalancerArn === balancerArn);
  for (const arn of arns) {
    const group = await cloud.targetGroup(arn);
    if (!group) return { code: "TargetGroupNotFound", message: `Target groups '${arn}' not found` };
    if ([...(inUse.get(arn) ?? [])].some((other) => other !== balancerArn))
      return {
        code: "TargetGroupAssociationLimit",
        message: `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      };
    if (balancer && group.VpcId !== balancer.VpcId)
      return {
        code: "InvalidConfigurationRequest",
        message: `Target group '${arn}' is in a different VPC than load balancer '${balancerArn}'`,
      };
  }
  return undefined;
}

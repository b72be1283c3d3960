/**
 * An in-memory double of Application Auto Scaling. It rejects what the service's published model and documentation
 * reject.
 */
import { randomUUID } from "node:crypto";
import { jsonError, type Answer, type AwsCall } from "./aws-call";
import { ServiceModel } from "./aws-model";
import { account } from "./emulator";
import { pause } from "./processes";
import { scheduleProblem, timezoneProblem } from "./schedule";

type Item = Record<string, unknown>;

/** How long the service works at a change at least. */
const changeMs = 50;

/** An error that the service answers with. */
class Refusal extends Error {
  constructor(
    readonly type: "ValidationException" | "ObjectNotFoundException" | "ResourceNotFoundException",
    message: string,
  ) {
    super(message);
  }
}

/** The service, empty at first. Tests can read its content. */
export class ApplicationAutoScaling {
  readonly targets: Item[] = [];
  readonly policies: Item[] = [];
  readonly scheduledActions: Item[] = [];
  private readonly changing = new Set<string>();
  private readonly tags = new Map<string, Record<string, string>>();
  private readonly model: ServiceModel;

  constructor(serviceModels: string) {
    this.model = new ServiceModel(serviceModels, "application-autoscaling", "2016-02-06");
  }

  /**
   * Answers a call while no other one changes the same target; a second change at the same time is refused:
   * https://github.com/hashicorp/terraform-provider-aws/issues/17915
   */
  async inTurn({ action, parameters }: AwsCall, answer: () => Promise<Answer>): Promise<Answer> {
    const target = String(parameters.ResourceId);
    if (!/^(Register|Deregister|Put|Delete)/.test(action)) return answer();
    if (this.changing.has(target))
      return jsonError(
        400,
        "ConcurrentUpdateException",
        "You already have a pending update to an Auto Scaling resource.",
      );
    this.changing.add(target);
    try {
      await pause(changeMs);
      return await answer();
    } finally {
      this.changing.delete(target);
    }
  }

  /** Answers one call. */
  answer(call: AwsCall): Answer {
    try {
      const problems = this.model.problems(call.action, call.parameters);
      const operation = this.operations[call.action];
      if (!problems || !operation)
        return jsonError(400, "UnknownOperationException", `the double has no operation ${call.action}`);
      check(problems);
      const body = JSON.stringify(operation(call.parameters, call.region));
      return { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body };
    } catch (error) {
      if (error instanceof Refusal) return jsonError(400, error.type, error.message);
      throw error;
    }
  }

  /** Changes the bounds of a target as a schedule does: those that are given. */
  setBounds(resourceId: string, { MinCapacity: min, MaxCapacity: max }: Item): void {
    const target = this.targets.find((item) => item.ResourceId === resourceId);
    if (!target) return;
    // A bound that the schedule leaves alone gives way to the one that it sets.
    target.MinCapacity = min ?? Math.min(Number(target.MinCapacity), Number(max));
    target.MaxCapacity = max ?? Math.max(Number(target.MaxCapacity), Number(min));
  }

  private readonly operations: Record<string, (input: Item, region: string) => Item> = {
    RegisterScalableTarget: (input, region) => this.registerTarget(input, region),
    DescribeScalableTargets: (input) => ({ ScalableTargets: select(this.targets, input, "ResourceIds", "ResourceId") }),
    DeregisterScalableTarget: (input) => {
      const target = this.target(input);
      for (const items of [this.policies, this.scheduledActions]) removeWhere(items, (item) => sameTarget(item, input));
      this.tags.delete(String(target.ScalableTargetARN));
      removeWhere(this.targets, (item) => item === target);
      return {};
    },
    PutScalingPolicy: (input, region) => {
      this.target(input);
      check(policyProblems(input));
      const arn = (id: string) =>
        `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${id}:resource/${String(input.ServiceNamespace)}/${String(input.ResourceId)}:policyName/${String(input.PolicyName)}`;
      const policy = put(this.policies, input, "PolicyName", () => ({
        PolicyARN: arn(randomUUID()),
        PolicyType: "StepScaling",
      }));
      return { PolicyARN: policy.PolicyARN, Alarms: [] };
    },
    DescribeScalingPolicies: (input) => ({
      ScalingPolicies: select(this.policies, input, "PolicyNames", "PolicyName"),
    }),
    DeleteScalingPolicy: (input) => remove(this.policies, input, "PolicyName"),
    PutScheduledAction: (input, region) => {
      this.target(input);
      const known = this.scheduledActions.some((item) => same(item, input, "ScheduledActionName"));
      check(scheduledActionProblems(input, known));
      const arn = (id: string) =>
        `arn:aws:autoscaling:${region}:${account}:scheduledAction:${id}:resource/${String(input.ServiceNamespace)}/${String(input.ResourceId)}:scheduledActionName/${String(input.ScheduledActionName)}`;
      put(this.scheduledActions, input, "ScheduledActionName", () => ({ ScheduledActionARN: arn(randomUUID()) }));
      return {};
    },
    DescribeScheduledActions: (input) => ({
      ScheduledActions: select(this.scheduledActions, input, "ScheduledActionNames", "ScheduledActionName"),
    }),
    DeleteScheduledAction: (input) => remove(this.scheduledActions, input, "ScheduledActionName"),
    ListTagsForResource: (input) => ({ Tags: this.tagsOf(input) }),
    TagResource: (input) => {
      Object.assign(this.tagsOf(input), input.Tags);
      return {};
    },
    UntagResource: (input) => {
      for (const key of input.TagKeys as string[]) Reflect.deleteProperty(this.tagsOf(input), key);
      return {};
    },
  };

  private registerTarget(input: Item, region: string): Item {
    const known = this.targets.find((item) => sameTarget(item, input));
    const merged = { ...known, ...input };
    check(targetProblems(merged));
    const { Tags, ...target } = input;
    if (known) {
      Object.assign(known, target);
    } else {
      const arn = `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${randomUUID().replaceAll("-", "").slice(0, 20)}`;
      const role = `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;
      const suspended = {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      };
      this.targets.push({
        RoleARN: role,
        SuspendedState: suspended,
        ...target,
        ScalableTargetARN: arn,
        CreationTime: now(),
      });
      this.tags.set(arn, { ...(Tags as Record<string, string> | undefined) });
    }
    return { ScalableTargetARN: this.target(input).ScalableTargetARN };
  }

  private target(input: Item): Item {
    const target = this.targets.find((item) => sameTarget(item, input));
    if (target) return target;
    throw new Refusal(
      "ObjectNotFoundException",
      `No scalable target registered for service namespace: ${String(input.ServiceNamespace)}, resource ID: ${String(input.ResourceId)}, scalable dimension: ${String(input.ScalableDimension)}`,
    );
  }

  private tagsOf({ ResourceARN }: Item): Record<string, string> {
    const tags = this.tags.get(String(ResourceARN));
    if (tags) return tags;
    throw new Refusal("ResourceNotFoundException", `${String(ResourceARN)} does not exist`);
  }
}

/** A value of a request as text, for messages. */
const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function targetProblems(target: Item): string[] {
  const {
    ServiceNamespace: namespace,
    ScalableDimension: dimension,
    ResourceId: id,
    MinCapacity: min,
    MaxCapacity: max,
  } = target;
  const problems: string[] = [];
  if (min === undefined || max === undefined)
    problems.push("MinCapacity and MaxCapacity are required to register a new target");
  else if (Number(min) < 0 || Number(min) > Number(max))
    problems.push(`MinCapacity must be 0 to MaxCapacity, got ${shown(min)} and ${shown(max)}`);
  if (!String(dimension).startsWith(`${shown(namespace)}:`))
    problems.push(`the dimension ${shown(dimension)} is not one of ${shown(namespace)}`);
  if (namespace === "ecs" && !/^service\/[\w-]+\/[\w-]+$/.test(String(id)))
    problems.push(`the resource id of an ECS service is service/CLUSTER/SERVICE, got ${shown(id)}`);
  return problems;
}

function policyProblems(policy: Item): string[] {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration as Item | undefined;
  if (policy.PolicyType !== "TargetTrackingScaling")
    return tracking ? ["a target tracking configuration needs the policy type TargetTrackingScaling"] : [];
  if (!tracking) return ["TargetTrackingScalingPolicyConfiguration is required"];
  const {
    PredefinedMetricSpecification: predefined,
    CustomizedMetricSpecification: customized,
    TargetValue: value,
  } = tracking;
  const problems =
    Boolean(predefined) === Boolean(customized)
      ? ["exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required"]
      : [];
  if (Number(value) <= 0) problems.push(`TargetValue must be above 0, got ${shown(value)}`);
  return [...problems, ...metricProblems(policy, (predefined ?? {}) as Item)];
}

function metricProblems(
  { ServiceNamespace: namespace }: Item,
  { PredefinedMetricType: type, ResourceLabel: label }: Item,
): string[] {
  if (type === undefined) return [];
  const ofEcs = shown(type).startsWith("ECSService") || type === "ALBRequestCountPerTarget";
  if (namespace === "ecs" && !ofEcs) return [`${shown(type)} is not a metric of ecs`];
  if (type !== "ALBRequestCountPerTarget")
    return label === undefined ? [] : [`ResourceLabel is only for ALBRequestCountPerTarget, not ${shown(type)}`];
  const fits = /^app\/[\w-]+\/\w+\/targetgroup\/[\w-]+\/\w+$/.test(String(label));
  return fits ? [] : [`ResourceLabel must be app/NAME/ID/targetgroup/NAME/ID, got ${shown(label)}`];
}

function scheduledActionProblems(
  { Schedule: schedule, Timezone: timezone, ScalableTargetAction: action, StartTime: start, EndTime: end }: Item,
  known: boolean,
): string[] {
  const problems = [
    schedule === undefined ? undefined : scheduleProblem(shown(schedule)),
    timezone === undefined ? undefined : timezoneProblem(shown(timezone)),
    !known && schedule === undefined ? "Schedule is required for a new scheduled action" : undefined,
    start !== undefined && end !== undefined && Number(end) <= Number(start)
      ? "EndTime must be after StartTime"
      : undefined,
  ];
  const { MinCapacity: min, MaxCapacity: max } = (action ?? {}) as Item;
  if (min === undefined && max === undefined && (action !== undefined || !known))
    problems.push("ScalableTargetAction needs MinCapacity or MaxCapacity");
  if (min !== undefined && max !== undefined && Number(min) > Number(max))
    problems.push("MinCapacity must not be above MaxCapacity");
  return problems.filter((problem) => problem !== undefined);
}

function check(problems: string[]): void {
  if (problems.length > 0) throw new Refusal("ValidationException", problems.join("; "));
}

function sameTarget(one: Item, other: Item): boolean {
  return ["ServiceNamespace", "ResourceId", "ScalableDimension"].every((field) => one[field] === other[field]);
}

function same(one: Item, other: Item, name: string): boolean {
  return sameTarget(one, other) && one[name] === other[name];
}

/** Like the service: a put under an existing name changes the given fields and keeps the others. */
function put(items: Item[], input: Item, name: string, defaults: () => Item): Item {
  const known = items.find((item) => same(item, input, name));
  if (known) return Object.assign(known, input);
  const item = { ...defaults(), ...input, CreationTime: now() };
  items.push(item);
  return item;
}

function remove(items: Item[], input: Item, name: string): Item {
  if (!items.some((item) => same(item, input, name)))
    throw new Refusal("ObjectNotFoundException", `No ${name} ${String(input[name])} found`);
  removeWhere(items, (item) => same(item, input, name));
  return {};
}

function removeWhere(items: Item[], drop: (item: Item) => boolean): void {
  items.splice(0, items.length, ...items.filter((item) => !drop(item)));
}

function select(items: Item[], input: Item, list: string, name: string): Item[] {
  const filters = ["ServiceNamespace", "ResourceId", "ScalableDimension"].filter((field) => input[field] !== undefined);
  const names = input[list] as string[] | undefined;
  return items.filter(
    (item) => filters.every((field) => item[field] === input[field]) && (!names || names.includes(String(item[name]))),
  );
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

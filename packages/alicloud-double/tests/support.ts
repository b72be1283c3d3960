import { AlicloudDouble, callAction, callForField, missingModels, type DoubleOptions } from "../src";

/** Waits until a condition is true; fails after some seconds. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, milliseconds = 3000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`the condition is still false after ${milliseconds} ms`);
    await pause(10);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Skips the suite, with the reason in one line, if the models are neither installed nor downloadable. Call it in
 * `before`.
 */
export function requireModels(context: Mocha.Context): void {
  // For the download, which happens once.
  context.timeout(300_000);
  const reason = missingModels();
  if (reason === undefined) return;
  console.log(`      skipped: ${context.runnable().parent?.fullTitle() ?? ""}: ${reason}`);
  context.skip();
}

/** A double with very short delays. */
export function startFast(options: DoubleOptions = {}): Promise<AlicloudDouble> {
  const delays = {
    transition: 5,
    instance: 10,
    healthy: 10,
    unlisted: 0,
    role: 0,
    tags: 0,
    project: 0,
    start: 0,
    replace: 30,
    managedGroup: 30,
  };
  return AlicloudDouble.start({ ...options, delays: { ...delays, ...options.delays } });
}

/** Creates a vSwitch in a zone of cn-hangzhou; returns its id. */
export function createVSwitch(double: AlicloudDouble, VpcId: string, zone: string, CidrBlock: string): Promise<string> {
  return callForField(double, "vpc", "CreateVSwitch", { VpcId, ZoneId: `cn-hangzhou-${zone}`, CidrBlock }, "VSwitchId");
}

/** The ids of a network and a load balancer in it. */
export type Balanced = Awaited<ReturnType<typeof createLoadBalancer>>;

/**
 * Creates a VPC with a load balancer `svc`, the server groups `blue` and `green`, and a listener that forwards to
 * `blue`.
 */
export async function createLoadBalancer(double: AlicloudDouble) {
  const vpc = await callForField(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
  await pause(10);
  const vSwitches = [
    await createVSwitch(double, vpc, "g", "10.0.0.0/24"),
    await createVSwitch(double, vpc, "h", "10.0.1.0/24"),
  ] as const;
  const securityGroup = await callForField(double, "ecs", "CreateSecurityGroup", { VpcId: vpc }, "SecurityGroupId");
  const loadBalancer = await callForField(
    double,
    "alb",
    "CreateLoadBalancer",
    {
      VpcId: vpc,
      AddressType: "Internet",
      LoadBalancerEdition: "Standard",
      LoadBalancerName: "svc",
      "LoadBalancerBillingConfig.PayType": "PostPay",
      ...zoneMappings(vSwitches),
    },
    "LoadBalancerId",
  );
  const createServerGroup = (name: string) =>
    callForField(
      double,
      "alb",
      "CreateServerGroup",
      { ServerGroupName: name, VpcId: vpc, "HealthCheckConfig.HealthCheckEnabled": true },
      "ServerGroupId",
    );
  const blue = await createServerGroup("blue");
  const green = await createServerGroup("green");
  await pause(20);
  const listener = await callForField(
    double,
    "alb",
    "CreateListener",
    {
      LoadBalancerId: loadBalancer,
      ListenerPort: 80,
      ListenerProtocol: "HTTP",
      "DefaultActions.1.Type": "ForwardGroup",
      "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId": blue,
    },
    "ListenerId",
  );
  await pause(20);
  return { vpc, vSwitches, securityGroup, loadBalancer, blue, green, listener };
}

/** The zone mappings of a load balancer in the zones g and h. */
export function zoneMappings([first, second]: readonly [string, string]): Record<string, string> {
  return {
    "ZoneMappings.1.VSwitchId": first,
    "ZoneMappings.1.ZoneId": "cn-hangzhou-g",
    "ZoneMappings.2.VSwitchId": second,
    "ZoneMappings.2.ZoneId": "cn-hangzhou-h",
  };
}

/** The fields of a rule with one condition that forwards by weight. */
export function ruleFields(
  listener: string,
  priority: number,
  condition: Record<string, string>,
  weights: Record<string, number>,
): Record<string, string | number> {
  const tuples = Object.entries(weights).flatMap(([id, weight], at): [string, string | number][] => {
    const tuple = `RuleActions.1.ForwardGroupConfig.ServerGroupTuples.${at + 1}`;
    return [
      [`${tuple}.ServerGroupId`, id],
      [`${tuple}.Weight`, weight],
    ];
  });
  return {
    ListenerId: listener,
    RuleName: "rule",
    Priority: priority,
    ...Object.fromEntries(Object.entries(condition).map(([name, value]) => [`RuleConditions.1.${name}`, value])),
    "RuleActions.1.Order": 1,
    "RuleActions.1.Type": "ForwardGroup",
    ...Object.fromEntries(tuples),
  };
}

/** Creates a scaling group with two instances in the server group of the same name, by default an enabled one. */
export async function createScalingGroup(
  double: AlicloudDouble,
  balanced: Balanced,
  name: "blue" | "green",
  { enabled = true } = {},
) {
  const [first, second] = balanced.vSwitches;
  const group = await callForField(
    double,
    "ess",
    "CreateScalingGroup",
    {
      ScalingGroupName: name,
      MinSize: 2,
      MaxSize: 4,
      "VSwitchIds.1": first,
      "VSwitchIds.2": second,
      HealthCheckType: "LOAD_BALANCER",
    },
    "ScalingGroupId",
  );
  const configuration = await callForField(
    double,
    "ess",
    "CreateScalingConfiguration",
    {
      ScalingGroupId: group,
      ImageId: "m-x",
      InstanceType: "ecs.c7.large",
      SecurityGroupId: balanced.securityGroup,
    },
    "ScalingConfigurationId",
  );
  await callAction(double, "ess", "AttachServerGroups", {
    ScalingGroupId: group,
    ForceAttach: true,
    "ServerGroup.1.ServerGroupId": balanced[name],
    "ServerGroup.1.Port": 8080,
    "ServerGroup.1.Weight": 100,
    "ServerGroup.1.Type": "ALB",
  });
  const active = { ScalingGroupId: group, ActiveScalingConfigurationId: configuration };
  await callAction(double, "ess", enabled ? "EnableScalingGroup" : "ModifyScalingGroup", active);
  return { group, configuration };
}

/** A fast double with a load balancer and the enabled scaling group `blue`, whose two instances are in service. */
export async function startBalancedGroup() {
  const double = await startFast();
  const balanced = await createLoadBalancer(double);
  const { group } = await createScalingGroup(double, balanced, "blue");
  const { instances } = double.world.scaling;
  await waitUntil(() => instances.where(({ lifecycle }) => lifecycle === "InService").length === 2);
  return { double, balanced, group };
}

/** The code of a refusal; undefined if the call succeeded. */
export async function codeOf(response: ReturnType<typeof callAction>): Promise<string | undefined> {
  return (await response).body.Code;
}

import { AlicloudDouble, type DoubleOptions, missingModels } from "../src";
import { needs } from "../../../tests/engine/support/toolchain";
import { assertDefined } from "../src/values";

const VERSIONS = {
  vpc: "2016-04-28",
  ecs: "2014-05-26",
  alb: "2020-06-16",
  ess: "2014-08-28",
  ram: "2015-05-01",
  nas: "2017-06-26",
  sts: "2015-04-01",
};

/** An answer of the double: its status and its body. */
export interface Said {
  status: number;
  body: Record<string, never> & { Code?: string };
}

/** Asks the double as a plain RPC client would. */
export async function ask(
  double: AlicloudDouble,
  service: keyof typeof VERSIONS,
  action: string,
  fields: Record<string, string | number | boolean> = {},
): Promise<Said> {
  const query = new URLSearchParams({ Action: action, Version: VERSIONS[service], AccessKeyId: "x", Format: "JSON" });
  const body = new URLSearchParams({ RegionId: "cn-hangzhou" });
  for (const [name, value] of Object.entries(fields)) body.set(name, String(value));
  const response = await fetch(`http://${double.address}/?${String(query)}`, { method: "POST", body });
  return { status: response.status, body: (await response.json()) as Said["body"] };
}

/** Asks, and gives one field of the answer. */
export async function get(
  double: AlicloudDouble,
  service: keyof typeof VERSIONS,
  action: string,
  fields: Record<string, string | number | boolean>,
  field: string,
): Promise<string> {
  const { status, body } = await ask(double, service, action, fields);
  if (status !== 200) throw new Error(`${action}: ${JSON.stringify(body)}`);
  return String(body[field]);
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, milliseconds = 3000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it never came true");
    await pause(10);
  }
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Skips a suite, and says why in one line, where the double's models neither are nor can be fetched. The first fetch takes its time. */
export function needsModels(context: Mocha.Context): void {
  context.timeout(300_000);
  const missing = missingModels();
  needs(context, missing === undefined ? { found: true, tool: undefined } : { found: false, reason: missing });
}

/** A double that is fast, for tests of the double itself. */
export function fast(options: DoubleOptions = {}): Promise<AlicloudDouble> {
  return AlicloudDouble.start({ delays: { transition: 5, instance: 10, healthy: 10, replace: 30 }, ...options });
}

/** A network with a load balancer, two server groups and a listener. */
export async function service(double: AlicloudDouble) {
  const vpc = await get(double, "vpc", "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "VpcId");
  await pause(10);
  const switches: string[] = [];
  for (const [at, zone] of ["g", "h"].entries())
    switches.push(
      await get(
        double,
        "vpc",
        "CreateVSwitch",
        { VpcId: vpc, ZoneId: `cn-hangzhou-${zone}`, CidrBlock: `10.0.${String(at)}.0/24` },
        "VSwitchId",
      ),
    );
  const group = await get(
    double,
    "ecs",
    "CreateSecurityGroup",
    { VpcId: vpc, RegionId: "cn-hangzhou" },
    "SecurityGroupId",
  );
  const balancer = await get(
    double,
    "alb",
    "CreateLoadBalancer",
    {
      VpcId: vpc,
      AddressType: "Internet",
      LoadBalancerEdition: "Standard",
      LoadBalancerName: "svc",
      "LoadBalancerBillingConfig.PayType": "PostPay",
      "ZoneMappings.1.VSwitchId": assertDefined(switches[0]),
      "ZoneMappings.1.ZoneId": "cn-hangzhou-g",
      "ZoneMappings.2.VSwitchId": assertDefined(switches[1]),
      "ZoneMappings.2.ZoneId": "cn-hangzhou-h",
    },
    "LoadBalancerId",
  );
  const targets: Record<string, string> = {};
  for (const name of ["blue", "green"])
    targets[name] = await get(
      double,
      "alb",
      "CreateServerGroup",
      { ServerGroupName: name, VpcId: vpc, "HealthCheckConfig.HealthCheckEnabled": true },
      "ServerGroupId",
    );
  await pause(20);
  const listener = await get(
    double,
    "alb",
    "CreateListener",
    {
      LoadBalancerId: balancer,
      ListenerPort: 80,
      ListenerProtocol: "HTTP",
      "DefaultActions.1.Type": "ForwardGroup",
      "DefaultActions.1.ForwardGroupConfig.ServerGroupTuples.1.ServerGroupId": assertDefined(targets["blue"]),
    },
    "ListenerId",
  );
  await pause(20);
  return {
    vpc,
    switches,
    group,
    balancer,
    blue: assertDefined(targets["blue"]),
    green: assertDefined(targets["green"]),
    listener,
  };
}

/** The fields of a rule with one condition that forwards by weights. */
export function rule(
  listener: string,
  priority: number,
  condition: Record<string, string>,
  weights: Record<string, number>,
): Record<string, string | number> {
  const tuples = Object.entries(weights).flatMap(([id, weight], at): [string, string | number][] => [
    [`RuleActions.1.ForwardGroupConfig.ServerGroupTuples.${String(at + 1)}.ServerGroupId`, id],
    [`RuleActions.1.ForwardGroupConfig.ServerGroupTuples.${String(at + 1)}.Weight`, weight],
  ]);
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

/** A scaling group that runs two instances in a server group. */
export async function scaling(
  double: AlicloudDouble,
  made: Awaited<ReturnType<typeof service>>,
  name: string,
  serverGroup: string,
  fields: Record<string, string | number> = {},
) {
  const group = await get(
    double,
    "ess",
    "CreateScalingGroup",
    {
      ScalingGroupName: name,
      MinSize: 2,
      MaxSize: 4,
      "VSwitchIds.1": assertDefined(made.switches[0]),
      "VSwitchIds.2": assertDefined(made.switches[1]),
      HealthCheckType: "LOAD_BALANCER",
      ...fields,
    },
    "ScalingGroupId",
  );
  const configuration = await get(
    double,
    "ess",
    "CreateScalingConfiguration",
    { ScalingGroupId: group, ImageId: "m-x", InstanceType: "ecs.c7.large", SecurityGroupId: made.group },
    "ScalingConfigurationId",
  );
  await ask(double, "ess", "AttachServerGroups", {
    ScalingGroupId: group,
    ForceAttach: true,
    "ServerGroup.1.ServerGroupId": serverGroup,
    "ServerGroup.1.Port": 8080,
    "ServerGroup.1.Weight": 100,
    "ServerGroup.1.Type": "ALB",
  });
  await ask(double, "ess", "EnableScalingGroup", {
    ScalingGroupId: group,
    ActiveScalingConfigurationId: configuration,
  });
  return { group, configuration };
}

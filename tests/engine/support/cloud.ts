/** Reads a service's resources back from the emulator. */
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  type AutoScalingGroup,
} from "@aws-sdk/client-auto-scaling";
import { DescribeTaskDefinitionCommand, ECSClient, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "./client-settings";
import type { Emulator } from "./emulator";
import type { Gateway } from "./gateway";

/** A release's share of the traffic in percent, by the release's id. */
export type Split = Record<string, number>;

/** Reads from one emulator through its gateway. */
export class Cloud {
  private readonly balancing: ElasticLoadBalancingV2Client;
  private readonly scaling: AutoScalingClient;
  private readonly containers: ECSClient;

  constructor(
    private readonly emulator: Emulator,
    gateway: Gateway,
  ) {
    const settings = clientSettings(gateway.url);
    this.balancing = new ElasticLoadBalancingV2Client(settings);
    this.scaling = new AutoScalingClient(settings);
    this.containers = new ECSClient(settings);
  }

  /** The listeners of a service's load balancer, by port. */
  async listeners(service: string): Promise<Map<number, Listener>> {
    const { LoadBalancers: balancers = [] } = await this.balancing.send(new DescribeLoadBalancersCommand({}));
    const balancer = balancers.find(({ LoadBalancerName: name }) => name?.startsWith(`${service}-`));
    const { Listeners: listeners = [] } = await this.balancing.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
    );
    return new Map(listeners.map((listener) => [listener.Port ?? 0, listener]));
  }

  /** The rules of a service's listener, without the default one. */
  async rules(service: string, port = 80): Promise<Rule[]> {
    const listener = (await this.listeners(service)).get(port);
    const { Rules: rules = [] } = await this.balancing.send(
      new DescribeRulesCommand({ ListenerArn: listener?.ListenerArn }),
    );
    return rules.filter(({ IsDefault }) => !IsDefault);
  }

  /** The rule that shares a service's requests among its releases. */
  async splitRule(service: string): Promise<Rule | undefined> {
    const listeners = await this.listeners(service);
    // While TLS is switched on or off, port 443 may have a listener without a split.
    for (const port of [443, 80].filter((one) => listeners.has(one))) {
      const rules = await this.rules(service, port);
      const split = rules.find((rule) => matchesEveryRequest(rule) && rule.Actions?.[0]?.Type === "forward");
      if (split) return split;
    }
    return undefined;
  }

  /** The traffic split of a service; empty without a rule. */
  async split(service: string): Promise<Split> {
    const action = (await this.splitRule(service))?.Actions?.[0];
    const targets = action?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn, Weight: 100 }];
    const named = targets.flatMap(({ TargetGroupArn: arn, Weight: weight = 0 }) => (arn ? [{ arn, weight }] : []));
    const releases = await this.releasesOf(named.map(({ arn }) => arn));
    // A single target group has all the traffic, whatever its weight.
    return Object.fromEntries(
      named.map(({ arn, weight }) => [releases.get(arn) ?? "?", named.length === 1 ? 100 : weight]),
    );
  }

  /** The releases of target groups, by their tags. */
  private async releasesOf(targetGroups: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (targetGroups.length === 0) return new Map();
    const { TagDescriptions: described = [] } = await this.balancing.send(
      new DescribeTagsCommand({ ResourceArns: [...targetGroups] }),
    );
    return new Map(
      described.map(({ ResourceArn = "", Tags = [] }) => [
        ResourceArn,
        Tags.find(({ Key }) => Key === "release")?.Value ?? "?",
      ]),
    );
  }

  /** The Auto Scaling groups of a service. */
  async machineGroups(service: string): Promise<AutoScalingGroup[]> {
    const { AutoScalingGroups: groups = [] } = await this.scaling.send(new DescribeAutoScalingGroupsCommand({}));
    return groups.filter(({ AutoScalingGroupName: name }) => name?.startsWith(`${service}-`));
  }

  /** The user data of a service's first launch template, decoded. */
  async userData(service: string): Promise<string> {
    const group = (await this.machineGroups(service))[0]?.LaunchTemplate?.LaunchTemplateId ?? "";
    const xml = await this.emulator.query("ec2", "2016-11-15", "DescribeLaunchTemplateVersions", {
      LaunchTemplateId: group,
    });
    return Buffer.from(idsIn(xml, "userData")[0] ?? "", "base64").toString("utf8");
  }

  /** Every live task definition, as JSON text. */
  async taskDefinitions(): Promise<string> {
    const { taskDefinitionArns: arns = [] } = await this.containers.send(new ListTaskDefinitionsCommand({}));
    return JSON.stringify(
      await Promise.all(
        arns.map((taskDefinition) => this.containers.send(new DescribeTaskDefinitionCommand({ taskDefinition }))),
      ),
    );
  }

  /** The ids of all resources of the kinds that the program creates. */
  async inventory(): Promise<string[]> {
    const ec2 = async (action: string, id: string) => idsIn(await this.emulator.query("ec2", "2016-11-15", action), id);
    const ids = await Promise.all([
      ec2("DescribeVpcs", "vpcId"),
      ec2("DescribeSubnets", "subnetId"),
      ec2("DescribeRouteTables", "routeTableId"),
      ec2("DescribeInternetGateways", "internetGatewayId"),
      ec2("DescribeAddresses", "allocationId"),
      ec2("DescribeSecurityGroups", "groupId"),
      ec2("DescribeVpcEndpoints", "vpcEndpointId"),
      ec2("DescribeLaunchTemplates", "launchTemplateId"),
      // A deleted one is shown for an hour, as on AWS.
      this.emulator
        .query("ec2", "2016-11-15", "DescribeNatGateways", {
          "Filter.1.Name": "state",
          "Filter.1.Value.1": "available",
        })
        .then((xml) => idsIn(xml, "natGatewayId")),
      this.emulator
        .query("elasticloadbalancing", "2015-12-01", "DescribeLoadBalancers")
        .then((xml) => idsIn(xml, "LoadBalancerArn")),
      this.emulator
        .query("elasticloadbalancing", "2015-12-01", "DescribeTargetGroups")
        .then((xml) => idsIn(xml, "TargetGroupArn")),
      this.emulator
        .query("autoscaling", "2011-01-01", "DescribeAutoScalingGroups")
        .then((xml) => idsIn(xml, "AutoScalingGroupARN")),
      this.emulator.query("iam", "2010-05-08", "ListRoles").then((xml) => idsIn(xml, "RoleName")),
      this.emulator.query("iam", "2010-05-08", "ListInstanceProfiles").then((xml) => idsIn(xml, "InstanceProfileName")),
      ...["ListClusters", "ListTaskDefinitions"].map((action) =>
        this.emulator
          .json("ecs", `AmazonEC2ContainerServiceV20141113.${action}`, {})
          .then((answer) => Object.values(answer as Record<string, string[]>).flat()),
      ),
      this.emulator
        .json("logs", "Logs_20140328.DescribeLogGroups", {})
        .then((answer) =>
          (answer as { logGroups: { logGroupName: string }[] }).logGroups.map(({ logGroupName }) => logGroupName),
        ),
      this.emulator.get("s3", "/").then((xml) => idsIn(xml, "Name")),
      this.emulator
        .get("elasticfilesystem", "/2015-02-01/file-systems")
        .then((text) =>
          (JSON.parse(text) as { FileSystems: { FileSystemId: string }[] }).FileSystems.map(
            ({ FileSystemId }) => FileSystemId,
          ),
        ),
    ]);
    return [...new Set(ids.flat())].sort();
  }
}

/** Whether a rule applies to every request, whatever its path and headers. */
export function matchesEveryRequest({ Conditions: conditions = [] }: Rule): boolean {
  return conditions.every(({ Field, PathPatternConfig, Values }) =>
    Field === "path-pattern" ? (PathPatternConfig?.Values ?? Values ?? []).includes("/*") : false,
  );
}

function idsIn(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)`, "g"))].map(([, id = ""]) => id);
}

/** Reads the emulator's state through the gateway, with its corrections, for the doubles that decide by it. */
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { DescribeSubnetsCommand, EC2Client, type Subnet } from "@aws-sdk/client-ec2";
import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  type Service,
} from "@aws-sdk/client-ecs";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  type Action,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "./client-settings";
import type { Emulator } from "./emulator";

/** Reads one region. */
export class CloudReader {
  readonly balancing: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  readonly scaling: AutoScalingClient;
  readonly containers: ECSClient;
  private readonly knownSubnets = new Map<string, Subnet>();

  /** `endpoint` is the gateway's address. */
  constructor(
    private readonly endpoint: string,
    private readonly region: string,
    /** Past the gateway: for what a double changes itself, which no refusal may stop. */
    readonly emulator: Emulator,
  ) {
    const settings = clientSettings(endpoint, region);
    this.balancing = new ElasticLoadBalancingV2Client(settings);
    this.ec2 = new EC2Client(settings);
    this.scaling = new AutoScalingClient(settings);
    this.containers = new ECSClient(settings);
  }

  /** Every load balancer. */
  async loadBalancers(): Promise<LoadBalancer[]> {
    return (await this.balancing.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
  }

  /** The listeners of load balancers that exist; the emulator keeps those of a deleted one. */
  async listeners(): Promise<Listener[]> {
    const balancers = new Set((await this.loadBalancers()).map(({ LoadBalancerArn }) => LoadBalancerArn));
    const { Listeners: listeners = [] } = await this.balancing.send(new DescribeListenersCommand({}));
    return listeners.filter(({ LoadBalancerArn }) => balancers.has(LoadBalancerArn));
  }

  /** The rules of a listener, or of all, without the default ones, whose actions are the listener's. */
  async rules(listenerArn?: string): Promise<Rule[]> {
    const { Rules: rules = [] } = await this.balancing.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
    return rules.filter(({ IsDefault }) => !IsDefault);
  }

  /** A target group; undefined when it does not exist. */
  async targetGroup(arn: string): Promise<TargetGroup | undefined> {
    const { TargetGroups: groups = [] } = await this.balancing.send(new DescribeTargetGroupsCommand({}));
    return groups.find(({ TargetGroupArn }) => TargetGroupArn === arn);
  }

  /** The ARNs of the load balancers whose listeners and rules forward to each target group. */
  async targetGroupsInUse(): Promise<Map<string, Set<string>>> {
    const inUse = new Map<string, Set<string>>();
    const add = (balancer: string, actions: readonly Action[] = []) => {
      for (const arn of actions.flatMap(targetGroupsOf)) inUse.set(arn, (inUse.get(arn) ?? new Set()).add(balancer));
    };
    const [listeners, rules] = await Promise.all([this.listeners(), this.rules()]);
    const balancers = new Set(listeners.map(({ LoadBalancerArn }) => LoadBalancerArn));
    for (const { LoadBalancerArn = "", DefaultActions } of listeners) add(LoadBalancerArn, DefaultActions);
    for (const { RuleArn = "", Actions } of rules)
      if (balancers.has(balancerOf(RuleArn))) add(balancerOf(RuleArn), Actions);
    return inUse;
  }

  /** The subnets with these ids that exist. Zone and VPC of a subnet never change, so each is read once. */
  async subnets(ids: readonly string[]): Promise<Subnet[]> {
    if (ids.some((id) => !this.knownSubnets.has(id))) {
      const { Subnets: subnets = [] } = await this.ec2.send(new DescribeSubnetsCommand({}));
      for (const subnet of subnets) this.knownSubnets.set(subnet.SubnetId ?? "", subnet);
    }
    return ids.map((id) => this.knownSubnets.get(id)).filter((subnet) => subnet !== undefined);
  }

  /** Every ECS service that is not deleted. */
  async services(): Promise<Service[]> {
    const { clusterArns = [] } = await this.containers.send(new ListClustersCommand({}));
    const found = await Promise.all(
      clusterArns.map(async (cluster) => {
        const { serviceArns: services = [] } = await this.containers.send(new ListServicesCommand({ cluster }));
        return services.length === 0
          ? []
          : ((await this.containers.send(new DescribeServicesCommand({ cluster, services }))).services ?? []);
      }),
    );
    return found.flat().filter(({ status }) => status !== "INACTIVE");
  }

  /** The JSON document of a GET, for the services without a client here. */
  async get(service: string, path: string): Promise<unknown> {
    // The emulator checks no signature, but finds the service by the signature's scope.
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${this.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(this.endpoint + path, { headers: { authorization } });
    if (!answer.ok) throw new Error(`${service}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Closes its connections. */
  close(): void {
    for (const client of [this.balancing, this.ec2, this.scaling, this.containers]) client.destroy();
  }
}

/** The target groups that an action forwards to. */
export function targetGroupsOf(action: Action): string[] {
  const named = action.ForwardConfig?.TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn) ?? [];
  return [...new Set([...named, action.TargetGroupArn].filter((arn) => arn !== undefined))].filter((arn) => arn !== "");
}

/** The ARN of the load balancer in the ARN of its listener or of a rule of it. */
export function balancerOf(arn: string): string {
  return arn.replace(/:listener(-rule)?\/(app\/[^/]+\/[^/]+)\/.*$/, ":loadbalancer/$2");
}

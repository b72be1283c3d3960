import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type Listener,
  type Rule,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clientSettings } from "../support/client-settings";
import { zoneNotEnabled } from "../support/gaps/targets";
import { sharesOf } from "./rules";

/** A target as it is registered. */
export interface RegisteredTarget {
  id: string;
  port: number;
}

/** A listener with its rules, the default one included. */
export interface Route {
  listener: Listener;
  rules: Rule[];
}

/** A snapshot of one load balancer in the emulator's API. */
export interface View {
  routes: Route[];
  /** The target groups that rules name, with their targets in the load balancer's zones; only these are checked. */
  groups: Map<string, { group: TargetGroup; targets: RegisteredTarget[] }>;
}

/** A client of the emulator, with the emulator's dummy credentials. */
export function loadBalancingClient(endpoint: string): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client(clientSettings(endpoint));
}

/** The target groups that routes name. */
export function groupsIn(routes: readonly Route[]): Set<string> {
  return new Set(
    routes.flatMap(({ rules }) => rules.flatMap(({ Actions = [] }) => Actions.flatMap(sharesOf))).map(({ arn }) => arn),
  );
}

/**
 * Reads the load balancer with that name, or the first one; undefined while it does not exist. `also` are target groups
 * that matter besides those that its rules name now.
 */
export async function readView(
  client: ElasticLoadBalancingV2Client,
  name: string | undefined,
  also: ReadonlySet<string>,
): Promise<View | undefined> {
  const { LoadBalancers: balancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  const balancer = balancers.find((one) => name === undefined || one.LoadBalancerName === name);
  if (!balancer) return undefined;
  const { Listeners: listeners = [] } = await client.send(
    new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }),
  );
  const routes = await Promise.all(listeners.map((listener) => routeOf(client, listener)));
  const { TargetGroups: existing = [] } = await client.send(new DescribeTargetGroupsCommand({}));
  const named = new Set([...groupsIn(routes), ...also]);
  const groups: View["groups"] = new Map();
  await Promise.all(
    existing
      .filter((group) => named.has(group.TargetGroupArn ?? ""))
      .map(async (group) => {
        const arn = group.TargetGroupArn ?? "";
        groups.set(arn, { group, targets: await targetsOf(client, group, arn) });
      }),
  );
  return { routes, groups };
}

async function routeOf(client: ElasticLoadBalancingV2Client, listener: Listener): Promise<Route> {
  const { Rules: described = [] } = await client.send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn }));
  // The default rule's actions are the listener's; the emulator stores weights only for the latter.
  const rules = described.filter((rule) => !rule.IsDefault);
  rules.push({ RuleArn: "default", Priority: "default", IsDefault: true, Actions: listener.DefaultActions ?? [] });
  return { listener, rules };
}

async function targetsOf(
  client: ElasticLoadBalancingV2Client,
  group: TargetGroup,
  arn: string,
): Promise<RegisteredTarget[]> {
  const { TargetHealthDescriptions: targets = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: arn }),
  );
  return targets
    .filter(({ TargetHealth }) => TargetHealth?.Description !== zoneNotEnabled)
    .map(({ Target }) => ({ id: Target?.Id ?? "", port: Target?.Port ?? group.Port ?? 80 }));
}

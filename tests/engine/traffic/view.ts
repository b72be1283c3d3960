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
import { sharesOf } from "./rules";

/** A target as it is registered. */
export interface RegisteredTarget {
  id: string;
  port: number;
}

/** A snapshot of one listener in the emulator's API. */
export interface View {
  listener: Listener;
  rules: Rule[];
  /** The target groups that the listener's rules name; a load balancer only checks the targets of these. */
  groups: Map<string, { group: TargetGroup; targets: RegisteredTarget[] }>;
}

/** A client of the emulator, with the emulator's dummy credentials. */
export function loadBalancingClient(endpoint: string): ElasticLoadBalancingV2Client {
  return new ElasticLoadBalancingV2Client(clientSettings(endpoint));
}

/**
 * Reads one listener: of the load balancer with that name, or of the first one; on that port, or else the HTTPS listener or the
 * first one. Undefined while it does not exist.
 */
export async function readView(
  client: ElasticLoadBalancingV2Client,
  name?: string,
  port?: number,
): Promise<View | undefined> {
  const { LoadBalancers: balancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
  const balancer = balancers.find((one) => name === undefined || one.LoadBalancerName === name);
  if (!balancer) return undefined;
  const { Listeners: listeners = [] } = await client.send(
    new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }),
  );
  const listener =
    listeners.find((one) => (port === undefined ? one.Protocol === "HTTPS" : one.Port === port)) ??
    (port === undefined ? listeners[0] : undefined);
  if (!listener) return undefined;
  const [{ Rules: described = [] }, { TargetGroups: existing = [] }] = await Promise.all([
    client.send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn })),
    client.send(new DescribeTargetGroupsCommand({})),
  ]);
  // The default rule's actions are the listener's; the emulator stores weights only for the latter.
  const rules = described.filter((rule) => !rule.IsDefault);
  rules.push({ RuleArn: "default", Priority: "default", IsDefault: true, Actions: listener.DefaultActions ?? [] });
  const named = new Set(rules.flatMap((rule) => (rule.Actions ?? []).flatMap(sharesOf)).map((share) => share.arn));
  const groups: View["groups"] = new Map();
  await Promise.all(
    existing
      .filter((group) => named.has(group.TargetGroupArn ?? ""))
      .map(async (group) => {
        const arn = group.TargetGroupArn ?? "";
        const { TargetHealthDescriptions: targets = [] } = await client.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: arn }),
        );
        groups.set(arn, {
          group,
          targets: targets.map(({ Target }) => ({ id: Target?.Id ?? "", port: Target?.Port ?? group.Port ?? 80 })),
        });
      }),
  );
  return { listener, rules, groups };
}

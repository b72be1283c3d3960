import { forwardsIn, type Listener, type Raw, type Rule } from "../services/alb/records";
import { asText } from "../values";
import type { World } from "../world";
import { meetsCondition } from "./conditions";
import { targetsOf, type CheckedTarget } from "./health";
import type { PlaneRequest } from "./request";

/** Where a listener sends a request, and by which rule; no rule means the default actions. */
export type RoutingDecision = { ruleId?: string; ruleName?: string } & (
  | {
      kind: "forward";
      serverGroupId: string;
      serverGroupName: string;
      weights: Record<string, number>;
      target?: CheckedTarget;
      status?: 502 | 503;
    }
  | { kind: "redirect"; status: number; location: string }
  | { kind: "fixed"; status: number; contentType: string; body: string }
  | { kind: "closed"; status: 503 }
);

/**
 * Routes one request: the listener's rules by priority, then its default actions. Server group and target are random
 * by weight.
 */
export function route(world: World, listener: Listener, request: PlaneRequest): RoutingDecision {
  const balancer = world.balancing.loadBalancers.get(listener.loadBalancerId);
  if (!/^(Running|Configuring)$/.test(listener.status) || !balancer || balancer.status === "Provisioning")
    return { kind: "closed", status: 503 };
  const rules = world.ruleHistory
    .current(listener.id)
    .filter((rule) => rule.direction === "Request")
    .sort((one, other) => one.priority - other.priority);
  const rule = rules.find((one) => one.conditions.every((condition) => meetsCondition(condition, request)));
  return act(world, rule?.actions ?? listener.defaultActions, request, rule, listener);
}

function act(
  world: World,
  actions: readonly Raw[],
  request: PlaneRequest,
  rule: Rule | undefined,
  listener: Listener,
): RoutingDecision {
  const by = rule ? { ruleId: rule.id, ruleName: rule.name } : {};
  const final = [...actions].sort((one, other) => Number(one["Order"] ?? 1) - Number(other["Order"] ?? 1)).at(-1);
  switch (final?.["Type"]) {
    case "Redirect":
      return { ...by, ...redirect(configOf(final), request, listener) };
    case "FixedResponse": {
      const { HttpCode = "200", ContentType = "text/plain", Content = "" } = configOf(final);
      return { ...by, kind: "fixed", status: Number(HttpCode), contentType: ContentType, body: Content };
    }
    default:
      return { ...by, ...forward(world, actions) };
  }
}

function configOf(action: Raw): Record<string, string> {
  return (action[`${asText(action["Type"])}Config`] ?? {}) as Record<string, string>;
}

function redirect(config: Record<string, string>, request: PlaneRequest, listener: Listener) {
  const original: Record<string, string> = {
    protocol: listener.protocol.toLowerCase(),
    host: request.host ?? "",
    port: String(listener.port),
    path: request.path ?? "/",
    query: new URLSearchParams(request.query).toString(),
  };
  const part = (name: string) =>
    (config[name] ?? `\${${name.toLowerCase()}}`).replace(/\$\{(\w+)\}/g, (_, key: string) => original[key] ?? "");
  const query = part("Query");
  const location = `${part("Protocol").toLowerCase()}://${part("Host")}:${part("Port")}${part("Path")}`;
  return {
    kind: "redirect",
    status: Number(config["HttpCode"] ?? "301"),
    location: query ? `${location}?${query}` : location,
  } as const;
}

function forward(world: World, actions: readonly Raw[]) {
  const forwards = forwardsIn(actions);
  const chosen = pickWeighted(world, forwards);
  if (!chosen) return { kind: "closed", status: 503 } as const;
  const targets = targetsOf(world, chosen.serverGroupId);
  const target = pickWeighted(
    world,
    targets.filter((one) => one.health === "Healthy"),
  );
  const unavailable = targets.length === 0 ? (503 as const) : (502 as const);
  return {
    kind: "forward",
    serverGroupId: chosen.serverGroupId,
    serverGroupName: world.balancing.serverGroups.get(chosen.serverGroupId)?.name ?? "",
    weights: Object.fromEntries(forwards.map((one) => [one.serverGroupId, one.weight])),
    ...(target ? { target } : { status: unavailable }),
  } as const;
}

function pickWeighted<T extends { weight: number }>(world: World, candidates: readonly T[]): T | undefined {
  let left = world.random() * candidates.reduce((sum, { weight }) => sum + weight, 0);
  const eligible = candidates.filter(({ weight }) => weight > 0);
  return eligible.find(({ weight }) => (left -= weight) < 0) ?? eligible.at(-1);
}

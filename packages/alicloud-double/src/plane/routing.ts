import { forwardsIn, type Listener, type Raw, type Rule } from "../services/alb/records";
import type { World } from "../world";
import { targetsOf, type CheckedTarget } from "./health";
import { asText, assertDefined } from "../values";

/** A request as a listener sees it. */
export interface PlaneRequest {
  method?: string;
  host?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  sourceIp?: string;
  body?: Buffer;
}

/** Where a listener sends a request, and by which rule (none: by its default actions). */
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

/** Evaluates a listener's rules for one request now: by priority, then the default actions; weights are drawn with the world's dice. */
export function route(world: World, listener: Listener, request: PlaneRequest): RoutingDecision {
  const balancer = world.balancing.loadBalancers.get(listener.loadBalancerId);
  if (listener.status !== "Running" || !balancer || balancer.status === "Provisioning")
    return { kind: "closed", status: 503 };
  const rules = world.balancing.rules
    .where((rule) => rule.listenerId === listener.id && rule.direction === "Request" && rule.status !== "Provisioning")
    .sort((one, other) => one.priority - other.priority);
  const rule = rules.find((one) => one.conditions.every((condition) => matches(condition, request)));
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
  const config = (name: string) => (final?.[name] ?? {}) as Record<string, string>;
  switch (final?.["Type"]) {
    case "Redirect": {
      const {
        Protocol = "${protocol}",
        Host = "${host}",
        Port = "${port}",
        Path = "${path}",
        Query = "${query}",
        HttpCode = "301",
      } = config("RedirectConfig");
      const query = new URLSearchParams(request.query).toString();
      const parts: Record<string, string> = {
        protocol: listener.protocol.toLowerCase(),
        host: request.host ?? "",
        port: String(listener.port),
        path: request.path ?? "/",
        query,
      };
      const fill = (text: string) => text.replace(/\$\{(\w+)\}/g, (_, name: string) => parts[name] ?? "");
      const asked = fill(Query);
      return {
        ...by,
        kind: "redirect",
        status: Number(HttpCode),
        location: `${fill(Protocol).toLowerCase()}://${fill(Host)}:${fill(Port)}${fill(Path)}${asked ? `?${asked}` : ""}`,
      };
    }
    case "FixedResponse": {
      const { HttpCode = "200", ContentType = "text/plain", Content = "" } = config("FixedResponseConfig");
      return { ...by, kind: "fixed", status: Number(HttpCode), contentType: ContentType, body: Content };
    }
    default:
      return { ...by, ...forward(world, actions) };
  }
}

function forward(world: World, actions: readonly Raw[]) {
  const forwards = forwardsIn(actions);
  const weights = Object.fromEntries(forwards.map((one) => [one.serverGroupId, one.weight]));
  const chosen = pickWeighted(world, forwards, (one) => one.weight);
  if (!chosen) return { kind: "closed", status: 503 } as const;
  const targets = targetsOf(world, chosen.serverGroupId);
  const target = pickWeighted(
    world,
    targets.filter((one) => one.health === "Healthy"),
    (one) => one.weight,
  );
  const status = target ? {} : { status: targets.length === 0 ? (503 as const) : (502 as const) };
  return {
    kind: "forward",
    serverGroupId: chosen.serverGroupId,
    serverGroupName: world.balancing.serverGroups.get(chosen.serverGroupId)?.name ?? "",
    weights,
    ...(target ? { target } : {}),
    ...status,
  } as const;
}

function pickWeighted<T>(world: World, things: readonly T[], weight: (thing: T) => number): T | undefined {
  let left = world.random() * things.reduce((sum, thing) => sum + weight(thing), 0);
  const eligible = things.filter((thing) => weight(thing) > 0);
  return eligible.find((thing) => (left -= weight(thing)) < 0) ?? eligible.at(-1);
}

function matches(condition: Raw, request: PlaneRequest): boolean {
  const config = (condition[`${asText(condition["Type"])}Config`] ?? {}) as {
    Key?: string;
    Values?: (string | { Key?: string; Value?: string })[];
  };
  const values = config.Values ?? [];
  const texts = values.filter((value) => typeof value === "string");
  const pairs = values.filter((value) => typeof value === "object");
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  switch (condition["Type"]) {
    case "Host":
      return texts.some((value) => matchesWildcard(value, assertDefined((request.host ?? "").split(":")[0])));
    case "Path":
      return texts.some((value) =>
        value.startsWith("~")
          ? new RegExp(value.replace(/^~\*?/, "")).test(request.path ?? "/")
          : matchesWildcard(value, request.path ?? "/"),
      );
    case "Method":
      return texts.includes(request.method ?? "GET");
    case "Header":
      return texts.some(
        (value) =>
          headers[(config.Key ?? "").toLowerCase()] !== undefined &&
          matchesWildcard(value, assertDefined(headers[(config.Key ?? "").toLowerCase()])),
      );
    case "QueryString":
      return pairs.some(({ Key, Value }) =>
        Object.entries(request.query ?? {}).some(
          ([key, value]) => (!Key || matchesWildcard(Key, key)) && matchesWildcard(Value ?? "", value),
        ),
      );
    case "Cookie":
      return pairs.some(({ Key, Value }) =>
        (headers["cookie"] ?? "")
          .split(/;\s*/)
          .some((cookie) => cookie.split("=")[0] === Key && matchesWildcard(Value ?? "", cookie.split("=")[1] ?? "")),
      );
    case "SourceIp":
      return texts.some((value) => value === "0.0.0.0/0" || value.split("/")[0] === (request.sourceIp ?? "127.0.0.1"));
    default:
      return false;
  }
}

/** ALB's wildcards: `*` is any text, `?` one character. */
function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`).test(text);
}

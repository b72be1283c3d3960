import type { IncomingHttpHeaders } from "node:http";
import type { Action, Rule, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";

/** The parts of a request that rules match. */
export interface RoutedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** One target group's weight in a forward action. */
export interface Share {
  arn: string;
  weight: number;
}

/** Whether a value matches a pattern in which `*` matches any characters and `?` exactly one. */
export function matchesPattern(pattern: string, value: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, ignoreCase ? "is" : "s").test(value);
}

/** Whether a request meets a rule's condition. An unknown kind of condition is never met, so that a test fails. */
export function meetsCondition(condition: RuleCondition, request: RoutedRequest): boolean {
  const values = (typed: string[] | undefined): string[] => (typed?.length ? typed : (condition.Values ?? []));
  switch (condition.Field) {
    case "path-pattern":
      return values(condition.PathPatternConfig?.Values).some((value) => matchesPattern(value, request.path, false));
    case "host-header": {
      const host = (request.headers.host ?? "").replace(/:\d+$/, "");
      return values(condition.HostHeaderConfig?.Values).some((value) => matchesPattern(value, host, true));
    }
    case "http-request-method":
      return values(condition.HttpRequestMethodConfig?.Values).includes(request.method);
    case "http-header": {
      const header = request.headers[(condition.HttpHeaderConfig?.HttpHeaderName ?? "").toLowerCase()];
      const present = header === undefined ? [] : [header].flat();
      return values(condition.HttpHeaderConfig?.Values).some((value) =>
        present.some((one) => matchesPattern(value, one, true)),
      );
    }
    case "query-string":
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value }) =>
        [...request.query].some(
          ([key, value]) =>
            (Key === undefined || matchesPattern(Key, key, true)) && matchesPattern(Value ?? "", value, true),
        ),
      );
    default:
      return false;
  }
}

/**
 * The rule for a request: the one with the lowest priority number whose conditions are all met, the default rule last.
 */
export function decidingRule(rules: readonly Rule[], request: RoutedRequest): Rule | undefined {
  const rank = (rule: Rule): number =>
    rule.IsDefault || rule.Priority === "default" ? Infinity : Number(rule.Priority);
  return [...rules]
    .sort((a, b) => rank(a) - rank(b))
    .find((rule) => (rule.Conditions ?? []).every((condition) => meetsCondition(condition, request)));
}

/** The target groups that an action forwards to, with their weights; a plain forward has one group with weight 1. */
export function sharesOf(action: Action): Share[] {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  if (groups.length) return groups.map((group) => ({ arn: group.TargetGroupArn ?? "", weight: group.Weight ?? 1 }));
  return action.TargetGroupArn ? [{ arn: action.TargetGroupArn, weight: 1 }] : [];
}

/** Picks one target group by weight; `random` is in [0, 1). A group with weight 0 is never picked. */
export function pickGroup(shares: readonly Share[], random: number): string | undefined {
  let remaining = random * shares.reduce((sum, share) => sum + share.weight, 0);
  for (const share of shares) {
    if (share.weight > 0 && remaining < share.weight) return share.arn;
    remaining -= share.weight;
  }
  return undefined;
}

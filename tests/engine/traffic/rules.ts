import type { IncomingHttpHeaders } from "node:http";
import type { Action, Rule, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";

/** What a rule looks at in a request. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** One target group's part in a forward action. */
export interface Share {
  arn: string;
  weight: number;
}

/** Whether a value fits a pattern in which `*` stands for any characters and `?` for exactly one. */
export function fits(pattern: string, value: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, ignoreCase ? "is" : "s").test(value);
}

/** Whether a request meets a rule's condition. An unknown kind of condition is met by nothing, so that it shows. */
export function meets(condition: RuleCondition, asked: Asked): boolean {
  const values = (typed: string[] | undefined): string[] => (typed?.length ? typed : (condition.Values ?? []));
  switch (condition.Field) {
    case "path-pattern":
      return values(condition.PathPatternConfig?.Values).some((value) => fits(value, asked.path, false));
    case "host-header": {
      const host = (asked.headers.host ?? "").replace(/:\d+$/, "");
      return values(condition.HostHeaderConfig?.Values).some((value) => fits(value, host, true));
    }
    case "http-request-method":
      return values(condition.HttpRequestMethodConfig?.Values).includes(asked.method);
    case "http-header": {
      const header = asked.headers[(condition.HttpHeaderConfig?.HttpHeaderName ?? "").toLowerCase()];
      const given = header === undefined ? [] : [header].flat();
      return values(condition.HttpHeaderConfig?.Values).some((value) => given.some((one) => fits(value, one, true)));
    }
    case "query-string":
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value }) =>
        [...asked.query].some(
          ([key, value]) => (Key === undefined || fits(Key, key, true)) && fits(Value ?? "", value, true),
        ),
      );
    default:
      return false;
  }
}

/** The rule that decides about a request: the lowest priority number whose conditions all hold; the default rule last. */
export function decidingRule(rules: readonly Rule[], asked: Asked): Rule | undefined {
  const rank = (rule: Rule): number =>
    rule.IsDefault || rule.Priority === "default" ? Infinity : Number(rule.Priority);
  return [...rules]
    .sort((a, b) => rank(a) - rank(b))
    .find((rule) => (rule.Conditions ?? []).every((condition) => meets(condition, asked)));
}

/** The target groups that an action forwards to, with their weights; a plain forward is one group with all of it. */
export function sharesOf(action: Action): Share[] {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  if (groups.length) return groups.map((group) => ({ arn: group.TargetGroupArn ?? "", weight: group.Weight ?? 1 }));
  return action.TargetGroupArn ? [{ arn: action.TargetGroupArn, weight: 1 }] : [];
}

/** Draws one target group by weight; `drawn` lies in [0, 1). A group with weight 0 is never drawn. */
export function draw(shares: readonly Share[], drawn: number): string | undefined {
  let left = drawn * shares.reduce((sum, share) => sum + share.weight, 0);
  for (const share of shares) {
    if (share.weight > 0 && left < share.weight) return share.arn;
    left -= share.weight;
  }
  return undefined;
}

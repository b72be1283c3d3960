import type { Api } from "./api.remote";

/** What the load balancer says of a target group's servers. */
export interface TargetHealth {
  /** The servers that it lists as available, and not as unhealthy. */
  readonly normal: readonly string[];
  /** The servers that it lists as unhealthy, or as not checked long enough yet. */
  readonly others: readonly OtherServer[];
}

interface ServersPage {
  readonly Servers?: readonly { readonly ServerId: string; readonly Status: string }[];
  readonly NextToken?: string;
}

interface HealthPage {
  readonly RuleHealthStatus?: readonly { readonly ServerGroupInfos?: readonly TargetGroupHealth[] }[];
  readonly NextToken?: string;
}

interface TargetGroupHealth {
  readonly ServerGroupId: string;
  readonly NonNormalServers?: readonly OtherServer[];
}

/** A server that gets no requests. */
export interface OtherServer {
  readonly ServerId: string;
  readonly Status: string;
  readonly Reason?: { readonly ReasonCode?: string; readonly ActualResponse?: string };
}

/** Reads the health of a target group's servers. `listener` is the id of the listener whose rules name the group. */
export async function targetHealth(api: Api, listener: string, targetGroup: string): Promise<TargetHealth> {
  const parameters = { ServerGroupId: targetGroup, MaxResults: 100 };
  const listed = (await api.pages<ServersPage>("ListServerGroupServers", parameters)).flatMap(
    (page) => page.Servers ?? [],
  );
  const health = { ListenerId: listener, IncludeRule: "true", MaxResults: 30 };
  const groups = (await api.pages<HealthPage>("GetListenerHealthStatus", health))
    .flatMap((page) => page.RuleHealthStatus ?? [])
    .flatMap((rule) => rule.ServerGroupInfos ?? [])
    .filter(({ ServerGroupId }) => ServerGroupId === targetGroup);
  const others = groups.flatMap((group) => group.NonNormalServers ?? []);
  const normal = listed
    .filter(({ ServerId, Status }) => Status === "Available" && others.every((other) => other.ServerId !== ServerId))
    .map(({ ServerId }) => ServerId);
  return { normal, others };
}

/** Why the load balancer does not count a server as healthy. */
export function reasonOf({ Status, Reason }: OtherServer): string {
  return [Status, Reason?.ReasonCode, Reason?.ActualResponse]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}

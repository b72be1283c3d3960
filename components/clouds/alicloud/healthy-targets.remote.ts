import { now, sleep } from "../../clock.remote";
import { messageOf } from "../../error-message";
import type { Created, Updated } from "../../remote";
import { unhealthyError } from "../checks.remote";
import { withAdvice } from "../launch-problems.remote";
import { Api, isForbidden, isUnauthenticated } from "./api.remote";
import { launchProblems } from "./launch-problems.remote";
import { reasonOf, targetHealth } from "./target-health.remote";

/** The inputs of a wait for healthy targets. */
export interface Inputs {
  readonly region: string;
  /** The URLs of the APIs of the load balancer and of Auto Scaling. */
  readonly loadBalancing: string;
  readonly scaling: string;
  /** The id of the listener whose rules name the target group. */
  readonly listener: string;
  /** The target group's id. */
  readonly targetGroup: string;
  /** How many of its targets have to be healthy at the same time, or the group's maximum where that is smaller. */
  readonly instances: number;
  /** Seconds for which the load balancer checks a new server before it counts as healthy. */
  readonly healthyAfter: number;
  /** Seconds after which the wait fails. */
  readonly within: number;
  /** The scaling group's id. */
  readonly group: string;
  /** What the group has, to complete one that its creation has left disabled. */
  readonly removalPolicies: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds that requests in flight get before the group is deleted. */
  readonly drain: number;
}

/** The outputs of a wait for healthy targets. */
export interface Outputs extends Inputs {
  /** The group whose instances were healthy. */
  readonly passed: string;
}

/** What the load balancer says of the target group. */
interface Health {
  /** The servers that it lists as available and not as unhealthy. */
  readonly servers: readonly string[];
  /** The servers that it lists as unhealthy, or as not checked long enough yet. */
  readonly others: readonly string[];
  /** Why others are not healthy. */
  readonly reasons: readonly string[];
}

interface Instances {
  readonly ScalingInstances?: { readonly ScalingInstance?: readonly { readonly InstanceId: string }[] };
  readonly TotalCount?: number;
}

interface Groups {
  readonly ScalingGroups?: {
    readonly ScalingGroup?: readonly {
      readonly MaxSize: number;
      readonly DesiredCapacity?: number;
      readonly LifecycleState?: string;
    }[];
  };
}

interface Activities {
  readonly ScalingActivities?: {
    readonly ScalingActivity?: readonly { readonly StatusMessage?: string; readonly ErrorMessage?: string }[];
  };
}

const pollInterval = 2000;

/** Waits until the target group has as many healthy targets as required. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { group, instances, within } = inputs;
  const deadline = now() + within * 1000;
  /** Since when a server has been healthy without an interruption. */
  let since: ReadonlyMap<string, number> = new Map();
  /** The servers that the load balancer is known to check, because it has listed them as not healthy. */
  const checked = new Set<string>();
  for (;;) {
    const { servers, others, reasons } = await healthOf(inputs);
    for (const server of others) checked.add(server);
    // The load balancer lists only what is not healthy. A server that was replaced between the two requests is not in
    // its list, and one that has just joined may be missing there for a while: it counts once the load balancer has
    // been seen to check it, or must have.
    const before = since;
    const healthy = servers.filter((server) => {
      const found = before.get(server);
      return found !== undefined && (checked.has(server) || now() - found >= inputs.healthyAfter * 1000);
    }).length;
    if (healthy >= instances) return passed(inputs);
    const required = await raisedTo(inputs);
    if (healthy >= required) return passed(inputs);
    since = new Map(servers.map((server) => [server, before.get(server) ?? now()]));
    if (now() + pollInterval >= deadline) {
      const ended = `after ${within} s`;
      throw unhealthyError({
        group,
        healthy,
        required,
        ended,
        reasons: [...reasons, ...(await failedActivities(inputs))],
      });
    }
    await sleep(pollInterval);
  }
}

function passed(inputs: Inputs): Created<Outputs> {
  return { id: inputs.group, outs: { ...inputs, passed: inputs.group } };
}

/**
 * How many healthy servers the group can have, at most as many as required. Lets the group have as many: one that waits
 * for its second attempt has no requests, so triggers have scaled it in.
 */
async function raisedTo(inputs: Inputs): Promise<number> {
  const { group, instances, region, scaling } = inputs;
  const api = new Api("ess", scaling, { RegionId: region });
  try {
    const { ScalingGroups } = await api.request<Groups>("DescribeScalingGroups", { "ScalingGroupId.1": group });
    const [found] = ScalingGroups?.ScalingGroup ?? [];
    // A group that somebody has set to none has not shown that the release works.
    const required = Math.max(1, Math.min(instances, found?.MaxSize ?? instances));
    if (found?.LifecycleState === "Inactive") await enable(api, inputs);
    if (found?.DesiredCapacity !== undefined && found.DesiredCapacity < required)
      await api.request("ModifyScalingGroup", { ScalingGroupId: group, DesiredCapacity: required });
    return required;
  } catch (error) {
    if (isUnauthenticated(error) || isForbidden(error)) throw error;
    return instances;
  }
}

/**
 * Enables a group whose creation was refused that: the provider sends what comes after it only once, and does not make
 * up for it in the next update.
 */
async function enable(api: Api, { group, removalPolicies, tags }: Inputs): Promise<void> {
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await api.request("TagResources", { ResourceType: "scalinggroup", ResourceId: [group], Tag });
  await api.request("ModifyScalingGroup", { ScalingGroupId: group, RemovalPolicy: removalPolicies });
  await api.request("EnableScalingGroup", { ScalingGroupId: group });
}

/** Only the time for requests in flight can change. */
export function update(_id: string, _before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  return Promise.resolve({ outs: { ...inputs, passed: inputs.group } });
}

/**
 * Gives requests in flight their time: no rule sends new ones to the group, and deleting a scaling group does not wait.
 */
async function drain(_id: string, { drain: seconds = 0 }: Partial<Inputs>): Promise<void> {
  await sleep(seconds * 1000);
}
export { drain as delete };

/**
 * A request that fails for the moment counts as no healthy server; one that is denied will be denied again, and throws.
 */
async function healthOf(inputs: Inputs): Promise<Health> {
  const { listener, loadBalancing, region, targetGroup } = inputs;
  const api = new Api("alb", loadBalancing, { RegionId: region });
  try {
    const { normal, others } = await targetHealth(api, listener, targetGroup);
    const instances = await instancesOf(inputs);
    return {
      servers: normal.filter((server) => instances.has(server)),
      others: others.map(({ ServerId }) => ServerId),
      reasons: others.map(reasonOf),
    };
  } catch (error) {
    if (isUnauthenticated(error) || isForbidden(error)) throw error;
    return { servers: [], others: [], reasons: [messageOf(error)] };
  }
}

/** The group's own instances: servers of another group in the same target group do not count. */
async function instancesOf({ group, region, scaling }: Inputs): Promise<ReadonlySet<string>> {
  const api = new Api("ess", scaling, { RegionId: region });
  const ids = new Set<string>();
  for (let PageNumber = 1; ; PageNumber += 1) {
    const { ScalingInstances, TotalCount = 0 } = await api.request<Instances>("DescribeScalingInstances", {
      ScalingGroupId: group,
      PageNumber,
      PageSize: 50,
    });
    const page = ScalingInstances?.ScalingInstance ?? [];
    for (const { InstanceId } of page) ids.add(InstanceId);
    if (page.length === 0 || ids.size >= TotalCount) return ids;
  }
}

/** Why instances did not start, as far as Auto Scaling says so. */
async function failedActivities({ group, region, scaling }: Inputs): Promise<string[]> {
  const api = new Api("ess", scaling, { RegionId: region });
  try {
    const failed = { ScalingGroupId: group, StatusCode: "Failed", PageSize: 5 };
    const { ScalingActivities } = await api.request<Activities>("DescribeScalingActivities", failed);
    const reasons = (ScalingActivities?.ScalingActivity ?? []).flatMap(
      ({ ErrorMessage = "", StatusMessage = "" }) => ErrorMessage || StatusMessage || [],
    );
    return [...new Set(reasons)].map((reason) => withAdvice(reason, launchProblems));
  } catch {
    // The reasons only help to understand the failure, which is reported without them too.
    return [];
  }
}

import type { Created, Refreshed } from "../../remote";
import { Api, codeOf, until, untilFree } from "./api.remote";

/** The inputs of a server group's attachment. */
export interface Inputs {
  readonly region: string;
  /** The URL of Auto Scaling's API. */
  readonly scaling: string;
  /** The scaling group's id. */
  readonly group: string;
  /** The id of the load balancer's server group. */
  readonly serverGroup: string;
  /** The port on which instances get requests. */
  readonly port: number;
}

/** The outputs of a server group's attachment. */
export interface Outputs extends Inputs {
  /** The attachment's id, by which a later update finds out whether the state has it. */
  readonly member: string;
}

interface Groups {
  readonly ScalingGroups?: {
    readonly ScalingGroup?: readonly {
      readonly ServerGroups?: {
        readonly ServerGroup?: readonly { readonly ServerGroupId?: string; readonly Port?: number }[];
      };
    }[];
  };
}

interface Activity {
  readonly StatusCode?: string;
  readonly StatusMessage?: string;
}

/** An Application Load Balancer's server group. */
const balancerType = "ALB";
/**
 * Seconds within which instances have to join or leave: the call waits until the group's other activities have ended.
 */
const within = 900;

/** Lets the group's instances, also those that run, join the server group. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { group, serverGroup, port } = inputs;
  await change(inputs, true);
  const id = [group, serverGroup, balancerType, port].join(":");
  return { id, outs: { ...inputs, member: id } };
}

/** Finds out whether the server group is attached. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  return (await isAttached(apiOf(outputs), outputs)) === true ? { id, props: outputs } : {};
}

/** Lets the instances leave it. An update that was interrupted may have done so, and have deleted the group. */
async function remove(_id: string, outputs: Partial<Inputs>): Promise<void> {
  await change(outputs, false);
}
export { remove as delete };

async function change(inputs: Partial<Inputs>, attached: boolean): Promise<void> {
  const api = apiOf(inputs);
  const { group = "", serverGroup, port } = inputs;
  const server = { ServerGroupId: serverGroup, Port: port, Type: balancerType };
  const activity = await untilFree(async () => {
    const is = await isAttached(api, inputs);
    if (is === undefined && attached) throw new Error(`${group} does not exist, so it gets no server group`);
    if (is === undefined || is === attached) return undefined;
    try {
      const { ScalingActivityId: id } = await (attached
        ? api.request<{ readonly ScalingActivityId?: string }>("AttachServerGroups", {
            ScalingGroupId: group,
            ForceAttach: true,
            ServerGroup: [{ ...server, Weight: 100 }],
          })
        : api.request<{ readonly ScalingActivityId?: string }>("DetachServerGroups", {
            ScalingGroupId: group,
            ForceDetach: true,
            ServerGroup: [server],
          }));
      return id;
    } catch (error) {
      // It was deleted since it was read.
      if (!attached && codeOf(error) === "InvalidScalingGroupId.NotFound") return undefined;
      throw error;
    }
  }, within);
  if (activity !== undefined) await ended(api, activity);
}

/** Waits for the scaling activity that moves the instances; a group without instances has none. */
async function ended(api: Api, id: string): Promise<void> {
  await until(
    `the scaling activity ${id} is still in progress`,
    async () => {
      const { ScalingActivities } = await untilFree(() =>
        api.request<{ readonly ScalingActivities?: { readonly ScalingActivity?: readonly Activity[] } }>(
          "DescribeScalingActivities",
          { "ScalingActivityId.1": id },
        ),
      );
      const [{ StatusCode: status = "", StatusMessage: message = "" } = {}] = ScalingActivities?.ScalingActivity ?? [];
      if (/^(Failed|Rejected)$/.test(status))
        throw new Error(`the scaling activity ${id}: ${status}. ${message}`.trim());
      return /^(Successful|Warning)$/.test(status) ? true : undefined;
    },
    within,
  );
}

/** Whether the group has the server group; undefined where it does not exist. */
async function isAttached(api: Api, { group, serverGroup, port }: Partial<Inputs>): Promise<boolean | undefined> {
  const { ScalingGroups } = await untilFree(() =>
    api.request<Groups>("DescribeScalingGroups", { "ScalingGroupId.1": group }),
  );
  const [found] = ScalingGroups?.ScalingGroup ?? [];
  return (
    found &&
    (found.ServerGroups?.ServerGroup ?? []).some((one) => one.ServerGroupId === serverGroup && one.Port === port)
  );
}

function apiOf({ region = "", scaling = "" }: Partial<Inputs>): Api {
  return new Api("ess", scaling, { RegionId: region });
}

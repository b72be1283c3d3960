import { type Subject, ofType, textOf } from "../../subject";
import { type Clients, listIn } from "./clients";

/** An instance of a scaling group. */
export interface Instance {
  readonly id: string;
  /** Whether it is in service and healthy. */
  readonly serves: boolean;
}

/** The instances of the groups, by group. */
export type Instances = ReadonlyMap<string, readonly Instance[]>;

interface ScalingInstances {
  readonly ScalingInstances?: {
    readonly ScalingInstance?: readonly {
      readonly InstanceId: string;
      readonly LifecycleState: string;
      readonly HealthStatus: string;
    }[];
  };
}

interface Machines {
  readonly Instances?: { readonly Instance?: readonly Machine[] };
}

interface Machine {
  readonly PublicIpAddress?: { readonly IpAddress?: readonly string[] };
  readonly EipAddress?: { readonly IpAddress?: string };
}

interface ContainerGroups {
  readonly ContainerGroups?: readonly { readonly InternetIp?: string }[];
}

/** Reads the instances of every group of the stack. */
export async function readGroupInstances(clients: Clients, { resources }: Subject): Promise<Instances> {
  const api = clients.api("ess");
  const groups = ofType(resources, "Bounds").map(({ inputs }) => textOf(inputs?.group));
  return new Map(
    await Promise.all(
      groups.map(async (group): Promise<[string, readonly Instance[]]> => {
        const query = { ScalingGroupId: group, PageSize: 50 };
        const found = await api.request<ScalingInstances>("DescribeScalingInstances", query);
        const list = listIn(found.ScalingInstances?.ScalingInstance).map((one) => ({
          id: one.InstanceId,
          serves: one.LifecycleState === "InService" && one.HealthStatus === "Healthy",
        }));
        return [group, list];
      }),
    ),
  );
}

/** Reads the public addresses of instances, and how many instances the cloud describes. */
export async function readInstances(
  clients: Clients,
  { spec }: Subject,
  instances: Instances,
): Promise<{ described: number; addresses: string[] }> {
  const ids = [...instances.values()].flat().map(({ id }) => id);
  if (ids.length === 0) return { described: 0, addresses: [] };
  if (spec.releases[0].shape.compute === "container") {
    const query = { ContainerGroupIds: JSON.stringify(ids.slice(0, 20)) };
    const { ContainerGroups: found } = await clients
      .api("eci")
      .request<ContainerGroups>("DescribeContainerGroups", query);
    const addresses = listIn(found).flatMap(({ InternetIp = "" }) => (InternetIp === "" ? [] : [InternetIp]));
    return { described: listIn(found).length, addresses };
  }
  const query = { InstanceIds: JSON.stringify(ids.slice(0, 100)), PageSize: 100 };
  const found = listIn((await clients.api("ecs").request<Machines>("DescribeInstances", query)).Instances?.Instance);
  const addresses = found.flatMap(({ PublicIpAddress, EipAddress }) => [
    ...listIn(PublicIpAddress?.IpAddress),
    ...(EipAddress?.IpAddress ? [EipAddress.IpAddress] : []),
  ]);
  return { described: found.length, addresses };
}

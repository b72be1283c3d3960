import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { type BoundedGroup, type BoundsInputs, boundsModule } from "../bounds.remote";
import type { Bounds } from "../bounds-in-force";
import type { Servers } from "../start-size.remote";
import { clientSettings } from "./clients.remote";

/** The inputs of a group's bounds. */
export interface Inputs extends BoundsInputs {
  readonly region: string;
  /** Whose bounds these are: an Auto Scaling group's, or those of Application Auto Scaling for an ECS service. */
  readonly of: "AutoScalingGroup" | "EcsService";
  /** The name of the Auto Scaling group, or the service's `service/CLUSTER/SERVICE`. */
  readonly group: string;
}

export const { create, update, read } = boundsModule<Inputs>(groupsOf);

function groupsOf({ of, region = "" }: Partial<Inputs>): (id: string) => BoundedGroup {
  return of === "EcsService" ? (id) => scalableTarget(region, id) : (id) => autoScalingGroup(region, id);
}

/** The group of a release's instances. */
export function boundedGroup(region: string, { group, cluster }: Pick<Servers, "group" | "cluster">): BoundedGroup {
  return cluster === "" ? autoScalingGroup(region, group) : scalableTarget(region, `service/${cluster}/${group}`);
}

function autoScalingGroup(region: string, name: string): BoundedGroup {
  const client = new AutoScalingClient(clientSettings(region, "auto-scaling"));
  const describe = async () => {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
    return (await client.send(command)).AutoScalingGroups?.[0];
  };
  return {
    async read() {
      const group = await describe();
      return boundsOf(group?.MinSize, group?.MaxSize);
    },
    size: async () => (await describe())?.DesiredCapacity,
    // Auto Scaling moves the desired capacity into the new bounds.
    async set({ min, max }) {
      await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, MinSize: min, MaxSize: max }));
    },
    async resize(size) {
      await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: name, DesiredCapacity: size }));
    },
  };
}

function scalableTarget(region: string, service: string): BoundedGroup {
  const client = new ApplicationAutoScalingClient(clientSettings(region, "application-auto-scaling"));
  const target = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;
  const ecs = new ECSClient(clientSettings(region, "ecs"));
  const [, cluster, name = ""] = service.split("/");
  return {
    async read() {
      const { ScalableTargets: [found] = [] } = await client.send(
        new DescribeScalableTargetsCommand({ ...target, ResourceIds: [service] }),
      );
      return boundsOf(found?.MinCapacity, found?.MaxCapacity);
    },
    async size() {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
      return services[0]?.desiredCount;
    },
    // For a registered target this changes its bounds alone, and moves the service's desired count into them.
    async set({ min, max }) {
      await client.send(
        new RegisterScalableTargetCommand({ ...target, ResourceId: service, MinCapacity: min, MaxCapacity: max }),
      );
    },
    async resize(size) {
      await ecs.send(new UpdateServiceCommand({ cluster, service: name, desiredCount: size }));
    },
  };
}

function boundsOf(min: number | undefined, max: number | undefined): Bounds | undefined {
  return min === undefined || max === undefined ? undefined : { min, max };
}

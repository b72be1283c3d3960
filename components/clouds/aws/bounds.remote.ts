import {
  ApplicationAutoScalingClient,
  DeleteScheduledActionCommand as DeleteTargetActionCommand,
  DescribeScalableTargetsCommand,
  ObjectNotFoundException,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  AlreadyExistsFault,
  AutoScalingClient,
  DeleteScheduledActionCommand as DeleteGroupActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { type HoldableGroup, type BoundsInputs, boundsModule } from "../bounds.remote";
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

export const { create, update, read, delete: remove } = boundsModule<Inputs>(groupsOf);
export { remove as delete };

/** The name of the action by which a held group lowers its minimum. */
const lowering = "end-of-hold";

function groupsOf({ of, region = "" }: Partial<Inputs>): (id: string) => HoldableGroup {
  return of === "EcsService" ? (id) => scalableTarget(region, id) : (id) => autoScalingGroup(region, id);
}

/** The group of a release's instances. */
export function boundedGroup(region: string, { group, cluster }: Pick<Servers, "group" | "cluster">): HoldableGroup {
  return cluster === "" ? autoScalingGroup(region, group) : scalableTarget(region, `service/${cluster}/${group}`);
}

function autoScalingGroup(region: string, name: string): HoldableGroup {
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
    async lowerAt(time, min) {
      // A start time is a group's once: another action may have this one.
      for (let attempt = 0; ; attempt += 1) {
        const StartTime = new Date(time.getTime() + attempt * 60_000);
        const action = { AutoScalingGroupName: name, ScheduledActionName: lowering, StartTime, MinSize: min };
        try {
          await client.send(new PutScheduledUpdateGroupActionCommand(action));
          return lowering;
        } catch (error) {
          if (!(error instanceof AlreadyExistsFault) || attempt === 10) throw error;
        }
      }
    },
    async cancelLowering(task) {
      const action = { AutoScalingGroupName: name, ScheduledActionNames: [task] };
      // It is gone once it has run.
      const { ScheduledUpdateGroupActions = [] } = await client.send(new DescribeScheduledActionsCommand(action));
      if (ScheduledUpdateGroupActions.length === 0) return;
      await client.send(new DeleteGroupActionCommand({ AutoScalingGroupName: name, ScheduledActionName: task }));
    },
  };
}

function scalableTarget(region: string, service: string): HoldableGroup {
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
    async lowerAt(time, min) {
      await client.send(
        new PutScheduledActionCommand({
          ...target,
          ResourceId: service,
          ScheduledActionName: lowering,
          Schedule: `at(${time.toISOString().slice(0, 19)})`,
          ScalableTargetAction: { MinCapacity: min },
        }),
      );
      return lowering;
    },
    async cancelLowering(task) {
      const action = { ...target, ResourceId: service, ScheduledActionName: task };
      try {
        await client.send(new DeleteTargetActionCommand(action));
      } catch (error) {
        if (!(error instanceof ObjectNotFoundException)) throw error;
      }
    },
  };
}

function boundsOf(min: number | undefined, max: number | undefined): Bounds | undefined {
  return min === undefined || max === undefined ? undefined : { min, max };
}

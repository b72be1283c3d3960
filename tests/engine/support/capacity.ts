/** What moves a group's capacity besides its owner: bounds, schedules and triggers. On the emulator nothing does. */
import {
  DeleteScheduledActionCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScheduledActionsCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeServicesCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { ApplicationAutoScaling } from "./application-autoscaling";
import type { CloudReader } from "./cloud-reader";

/** A schedule of an Auto Scaling group (by its name) or of an ECS service (by its name too). */
export interface Schedule {
  group: string;
  name: string;
  /** Its time, as its service has it. */
  recurrence: string;
}

/** The bounds and the capacity of a group. */
export interface Capacity {
  min: number;
  max: number;
  desired: number;
}

/** Moves the capacity of Auto Scaling groups and ECS services. */
export class Capacities {
  constructor(
    private readonly cloud: () => CloudReader,
    private readonly targets: ApplicationAutoScaling,
  ) {}

  /**
   * Fires matching schedules now, as at their time: sets the bounds that each has, moves the capacity between them, or
   * to the capacity that the schedule has. One that has no recurrence is gone after that. Returns those that fired.
   */
  async fire(match: (schedule: Schedule) => boolean): Promise<Schedule[]> {
    return [...(await this.fireForGroups(match)), ...(await this.fireForServices(match))];
  }

  /** Sets a group's capacity as one of its triggers would: never beyond its bounds. Returns what has been set. */
  async trigger(group: string, desired: number): Promise<number> {
    const now = await this.read(group);
    const within = Math.min(Math.max(desired, now.min), now.max);
    const target = this.target(group);
    await (target
      ? this.setDesiredCount(String(target.ResourceId), within)
      : this.cloud().scaling.send(
          new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: within }),
        ));
    return within;
  }

  /** The bounds and the capacity of a group or of a service with a scalable target. */
  async read(group: string): Promise<Capacity> {
    const target = this.target(group);
    if (target)
      return {
        min: Number(target.MinCapacity),
        max: Number(target.MaxCapacity),
        desired: (await this.desiredCount(String(target.ResourceId))) ?? 0,
      };
    const { AutoScalingGroups: [one] = [] } = await this.cloud().scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] }),
    );
    if (!one) throw new Error(`there is no group and no scalable target of a service called ${group}`);
    return { min: one.MinSize ?? 0, max: one.MaxSize ?? 0, desired: one.DesiredCapacity ?? 0 };
  }

  /**
   * Moves a service's number of tasks between the bounds of its scalable target:
   * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html ("changes the
   * resource's current capacity to a value that is inside of this range").
   */
  async moveIntoBounds(resourceId: string): Promise<void> {
    const target = this.targets.targets.find(({ ResourceId }) => ResourceId === resourceId);
    const desired = await this.desiredCount(resourceId);
    if (!target || desired === undefined) return;
    const within = Math.min(Math.max(desired, Number(target.MinCapacity)), Number(target.MaxCapacity));
    if (within !== desired) await this.setDesiredCount(resourceId, within);
  }

  private async fireForGroups(match: (schedule: Schedule) => boolean): Promise<Schedule[]> {
    const { scaling } = this.cloud();
    const { ScheduledUpdateGroupActions: actions = [] } = await scaling.send(new DescribeScheduledActionsCommand({}));
    const { AutoScalingGroups: groups = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({}));
    const existing = new Set(groups.map(({ AutoScalingGroupName }) => AutoScalingGroupName));
    const fired: Schedule[] = [];
    for (const { AutoScalingGroupName: group = "", ScheduledActionName: name = "", ...action } of actions) {
      const schedule = { group, name, recurrence: action.Recurrence ?? "" };
      // The emulator keeps the schedules of a deleted group.
      if (!existing.has(group) || !match(schedule)) continue;
      const { MinSize, MaxSize, DesiredCapacity } = action;
      // The gateway moves the capacity between the bounds.
      await scaling.send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, MinSize, MaxSize, DesiredCapacity }),
      );
      if (action.Recurrence === undefined)
        await scaling.send(
          new DeleteScheduledActionCommand({ AutoScalingGroupName: group, ScheduledActionName: name }),
        );
      fired.push(schedule);
    }
    return fired;
  }

  private async fireForServices(match: (schedule: Schedule) => boolean): Promise<Schedule[]> {
    const fired: Schedule[] = [];
    for (const action of [...this.targets.scheduledActions]) {
      const resourceId = String(action.ResourceId);
      const schedule = {
        group: serviceIn(resourceId).service,
        name: String(action.ScheduledActionName),
        recurrence: String(action.Schedule),
      };
      if (!match(schedule)) continue;
      this.targets.setBounds(resourceId, action.ScalableTargetAction as Record<string, unknown>);
      await this.moveIntoBounds(resourceId);
      if (schedule.recurrence.startsWith("at("))
        this.targets.scheduledActions.splice(this.targets.scheduledActions.indexOf(action), 1);
      fired.push(schedule);
    }
    return fired;
  }

  private target(service: string) {
    return this.targets.targets.find(({ ResourceId }) => serviceIn(String(ResourceId)).service === service);
  }

  /** A service's number of tasks; undefined when it does not exist. */
  async desiredCount(resourceId: string): Promise<number | undefined> {
    const { cluster, service } = serviceIn(resourceId);
    const { services = [] } = await this.cloud()
      .containers.send(new DescribeServicesCommand({ cluster, services: [service] }))
      .catch(() => ({ services: [] }));
    return services.find(({ status }) => status === "ACTIVE")?.desiredCount;
  }

  private async setDesiredCount(resourceId: string, desiredCount: number): Promise<void> {
    const { cluster, service } = serviceIn(resourceId);
    await this.cloud().containers.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  }
}

function serviceIn(resourceId: string): { cluster: string; service: string } {
  const [, cluster = "", service = ""] = resourceId.split("/");
  return { cluster, service };
}

import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import type { World } from "../../world";
import { accepts, page } from "../listing";
import { requireRoom } from "../quota";
import { noScalingGroup } from "./lookup";
import { runTasks } from "./schedule";
import { parseSettings } from "./settings";

const noScheduledTask = (id: string) => notFound("InvalidScheduledTaskId.NotFound", id);

/**
 * Scheduled tasks. They outlive their scaling group, and their names are unique in the account and region:
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscheduledtask
 */
export const scheduledTasks: ActionGroup = {
  service: "ess",
  actions: {
    CreateScheduledTask({ fields, world }) {
      const groupId = fields.string("ScalingGroupId");
      const action = fields.string("ScheduledAction");
      if (groupId) {
        world.scaling.scalingGroups.require(groupId, noScalingGroup);
        if (!["MinValue", "MaxValue", "DesiredCapacity"].some((name) => fields.has(name)))
          throw new Refusal("MissingParameter.MinValue", "MinValue, MaxValue or DesiredCapacity is mandatory.");
      } else if (!world.scaling.scalingRules.find((rule) => rule.ari === action))
        throw new Refusal("InvalidScheduledAction.NotFound", "The scheduled action names no scaling rule.", 404);
      validateTimes(world, fields);
      validateName(world, fields.string("ScheduledTaskName"));
      requireRoom(world, "scheduledTasks", world.scaling.scheduledTasks.size);
      const id = world.newId("ast");
      world.scaling.scheduledTasks.put(id, {
        id,
        created: world.now(),
        settings: { TaskEnabled: true, LaunchExpirationTime: 600, ScheduledTaskName: id, ...parseSettings(fields) },
      });
      runTasks(world);
      return { ScheduledTaskId: id };
    },
    ModifyScheduledTask({ fields, world }) {
      const task = world.scaling.scheduledTasks.require(fields.string("ScheduledTaskId"), noScheduledTask);
      validateTimes(world, fields);
      validateName(world, fields.string("ScheduledTaskName"), task.id);
      Object.assign(task.settings, parseSettings(fields));
      task.created = world.now();
      runTasks(world);
    },
    DescribeScheduledTasks({ fields, world }) {
      const ids = fields.strings("ScheduledTaskId");
      const names = fields.strings("ScheduledTaskName");
      const groupId = fields.string("ScalingGroupId");
      const found = world.scaling.scheduledTasks.where(
        ({ id, settings }) =>
          accepts(ids, id) &&
          accepts(names, settings["ScheduledTaskName"]) &&
          (groupId === undefined || settings["ScalingGroupId"] === groupId),
      );
      return {
        ScheduledTasks: { ScheduledTask: found.map((task) => ({ ScheduledTaskId: task.id, ...task.settings })) },
        ...page(found.length),
      };
    },
    DeleteScheduledTask({ fields, world }) {
      world.scaling.scheduledTasks.require(fields.string("ScheduledTaskId"), noScheduledTask);
      world.scaling.scheduledTasks.remove(assertDefined(fields.string("ScheduledTaskId")));
    },
  },
};

function validateName(world: World, name: string | undefined, self?: string): void {
  if (name === undefined) return;
  if (!/^[A-Za-z0-9\u4e00-\u9fff][\w.\u4e00-\u9fff-]{1,63}$/.test(name))
    throw new Refusal("InvalidParameter", "The specified value of parameter ScheduledTaskName is not valid.");
  if (world.scaling.scheduledTasks.find(({ id, settings }) => settings["ScheduledTaskName"] === name && id !== self))
    throw new Refusal(
      "InvalidScheduledTaskName.Duplicate",
      "The specified value of parameter ScheduledTaskName is duplicated.",
    );
}

/** The cloud accepts launch times within 90 days, and a recurrence that ends within a year. */
function validateTimes(world: World, fields: Fields): void {
  const [launch, end] = [fields.string("LaunchTime"), fields.string("RecurrenceEndTime")];
  const days = (stamp: string) => (Date.parse(stamp) - world.now()) / 86_400_000;
  if (launch && (Number.isNaN(days(launch)) || days(launch) < 0 || days(launch) > 90))
    throw new Refusal(
      "InvalidLaunchTime.ValueNotSupported",
      `The launch time ${launch} is not within the next 90 days.`,
    );
  if (end && (Number.isNaN(days(end)) || days(end) < 0 || days(end) > 366))
    throw new Refusal(
      "InvalidRecurrenceEndTime.ValueNotSupported",
      `The recurrence end time ${end} is not within the next 365 days.`,
    );
  const recurrence = ["RecurrenceType", "RecurrenceValue", "RecurrenceEndTime"].filter((name) => fields.has(name));
  if (recurrence.length !== 0 && recurrence.length !== 3)
    throw new Refusal("InvalidParameter", "RecurrenceType, RecurrenceValue and RecurrenceEndTime belong together.");
}

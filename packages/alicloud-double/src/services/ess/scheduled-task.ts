import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import { accepts, page } from "../listing";
import { noScalingGroup } from "./lookup";
import { parseSettings } from "./settings";

const noScheduledTask = (id: string) => notFound("InvalidScheduledTaskId.NotFound", id);

/** Scheduled tasks. */
export const scheduledTasks: ActionGroup = {
  service: "ess",
  actions: {
    CreateScheduledTask({ fields, world }) {
      const groupId = fields.string("ScalingGroupId");
      const action = fields.string("ScheduledAction");
      if (groupId) world.scaling.scalingGroups.require(groupId, noScalingGroup);
      else if (!world.scaling.scalingRules.find((rule) => rule.ari === action))
        throw new Refusal("InvalidScheduledAction.NotFound", "The scheduled action names no scaling rule.", 404);
      validateTimes(fields.string("LaunchTime"), fields.string("RecurrenceEndTime"));
      const id = world.newId("ast");
      world.scaling.scheduledTasks.put(id, {
        id,
        settings: { TaskEnabled: true, LaunchExpirationTime: 600, ...parseSettings(fields) },
      });
      return { ScheduledTaskId: id };
    },
    ModifyScheduledTask({ fields, world }) {
      const task = world.scaling.scheduledTasks.require(fields.string("ScheduledTaskId"), noScheduledTask);
      validateTimes(fields.string("LaunchTime"), fields.string("RecurrenceEndTime"));
      Object.assign(task.settings, parseSettings(fields));
    },
    DescribeScheduledTasks({ fields, world }) {
      const ids = fields.strings("ScheduledTaskId");
      const found = world.scaling.scheduledTasks.where((task) => accepts(ids, task.id));
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

/** The cloud accepts launch times within 90 days, and a recurrence that ends within a year. */
function validateTimes(launch: string | undefined, end: string | undefined): void {
  const days = (stamp: string) => (Date.parse(stamp) - Date.now()) / 86_400_000;
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
}

import { Cron } from "croner";
import { asText } from "../../values";
import type { World } from "../../world";
import { recordActivity } from "./reconciler";
import type { ScheduledTask } from "./records";
import { execute } from "./scaling-rule";
import { setBounds } from "./bounds";

const longestTimer = 2 ** 31 - 1;
const day = 86_400_000;

/** Starts the timer for the scheduled task that is due next. */
export function runTasks(world: World): void {
  const due = nextDue(world);
  if (due === undefined) return;
  const wait = Math.min(Math.max(due - world.now(), 0), longestTimer);
  world.scheduleOnce("scheduled tasks", wait, () => {
    advanceTo(world, world.now());
  });
}

/** Executes the scheduled tasks that are due up to a time of the world's clock, in the order of their times. */
export function advanceTo(world: World, time: number): void {
  for (let due = nextDue(world); due !== undefined && due <= time; due = nextDue(world)) {
    const now = due;
    for (const task of world.scaling.scheduledTasks.where((one) => nextRun(one) === now)) {
      task.lastRun = now;
      if (task.settings["TaskEnabled"] !== false) runTask(world, task);
    }
  }
  runTasks(world);
}

/**
 * Executes a scheduled task now, as at its time. A task whose scaling group is gone or disabled does nothing.
 * The group's number of instances moves into the new range.
 */
export function runTask(world: World, { settings }: ScheduledTask): void {
  const rule = world.scaling.scalingRules.find(({ ari }) => ari === settings["ScheduledAction"]);
  if (rule) {
    execute(world, rule);
    return;
  }
  const group = world.scaling.scalingGroups.get(asText(settings["ScalingGroupId"]));
  if (group?.state !== "Active") return;
  const number = (name: string) => (settings[name] === undefined ? undefined : Number(settings[name]));
  const minSize = number("MinValue") ?? group.minSize;
  const maxSize = number("MaxValue") ?? group.maxSize;
  const cause = `The scheduled task ${asText(settings["ScheduledTaskName"])} was executed.`;
  if (minSize > maxSize) {
    recordActivity(world, group, "Change the scaling group", cause, 0, "Failed");
    return;
  }
  setBounds(world, group, { minSize, maxSize, desired: number("DesiredCapacity") }, cause);
  recordActivity(world, group, `Change the range to ${minSize} to ${maxSize}`, cause, world.delays.transition);
}

function nextDue(world: World): number | undefined {
  const times = world.scaling.scheduledTasks.all().flatMap((task) => nextRun(task) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * When a task runs next: at its launch time, and then as its recurrence says. A weekly or monthly recurrence runs once
 * only here.
 */
function nextRun({ settings, created, lastRun }: ScheduledTask): number | undefined {
  const launch = Date.parse(asText(settings["LaunchTime"]));
  const end = settings["RecurrenceEndTime"] ? Date.parse(asText(settings["RecurrenceEndTime"])) : Infinity;
  const value = asText(settings["RecurrenceValue"]);
  const after = lastRun ?? created;
  const next = (): number | undefined => {
    switch (settings["RecurrenceType"]) {
      case "Cron":
        return new Cron(value, { mode: "5-part", paused: true, timezone: "UTC" }).nextRun(new Date(after))?.getTime();
      case "Daily":
        return lastRun === undefined ? launch : lastRun + Number(value) * day;
      default:
        return lastRun === undefined ? launch : undefined;
    }
  };
  const time = next();
  return time !== undefined && time <= end ? time : undefined;
}

/** Schedules of Auto Scaling groups: their times, and what happens at the same time. */
import { DescribeScheduledActionsCommand } from "@aws-sdk/client-auto-scaling";
import { Cron } from "croner";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field } from "../gaps/correction";
import { pause } from "../processes";
import type { Refusal } from "./refusal";

/** How long AWS works at one of these calls at least. */
const callMs = 100;

/**
 * - A start time is a group's once: "a scheduled action must have a unique time value",
 *   https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 * - A start time must not be in the past.
 * - Calls for one group at the same time fail with the same error: https://github.com/TerraConstructs/base/issues/127
 * - The provider sends the start time that it has read after the creation with every change: in the past it is refused
 *   (https://github.com/pulumi/pulumi-aws/issues/2473), and of another recurrence the action runs at that time
 *   (https://github.com/hashicorp/terraform-provider-aws/issues/41200). Both are refused here.
 */
export function schedules(): Refusal {
  const pending = new Map<string, number>();
  const late = new WeakSet<AwsCall>();
  const groupOf = (call: AwsCall) => `${call.region} ${field(call, "AutoScalingGroupName") ?? ""}`;
  return {
    // Called as soon as the call arrives, and once.
    match(call) {
      if (call.service !== "autoscaling" || call.action !== "PutScheduledUpdateGroupAction") return false;
      const others = pending.get(groupOf(call)) ?? 0;
      if (others > 0) late.add(call);
      pending.set(groupOf(call), others + 1);
      return true;
    },
    async check(call, cloud) {
      await pause(callMs);
      pending.set(groupOf(call), (pending.get(groupOf(call)) ?? 1) - 1);
      return late.has(call) ? taken() : startProblem(call, cloud);
    },
  };
}

async function startProblem(call: AwsCall, { scaling }: CloudReader): Promise<Refused | undefined> {
  const [group, name] = [field(call, "AutoScalingGroupName") ?? "", field(call, "ScheduledActionName")];
  const recurrence = field(call, "Recurrence");
  const given = field(call, "StartTime");
  if (given !== undefined && recurrence === undefined && Date.parse(given) <= Date.now()) return past;
  const start = recurrence === undefined ? Date.parse(given ?? "") : startOf(recurrence, field(call, "TimeZone"));
  const command = new DescribeScheduledActionsCommand({ AutoScalingGroupName: group });
  const { ScheduledUpdateGroupActions: actions = [] } = await scaling.send(command);
  const twin = actions.find(
    ({ ScheduledActionName, Recurrence, TimeZone, StartTime }) =>
      ScheduledActionName !== name &&
      (Recurrence === undefined ? StartTime?.getTime() : startOf(Recurrence, TimeZone)) === start,
  );
  if (twin) return taken();
  return given === undefined || Date.parse(given) === start ? undefined : past;
}

const past: Refused = { code: "ValidationError", message: "Given start time is in the past" };

/** When a schedule runs next; not a number for one that never does. */
export function startOf(recurrence: string | undefined, timezone = "UTC"): number {
  if (recurrence === undefined) return NaN;
  return new Cron(recurrence, { mode: "5-part", timezone, paused: true }).nextRun()?.getTime() ?? NaN;
}

function taken(): Refused {
  return { code: "AlreadyExists", message: "Scheduled action with this scheduled start time already exists" };
}

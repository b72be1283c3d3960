/** Schedules of Auto Scaling groups: the emulator lacks their start time, which AWS sets and the provider then sends with each change. */
import type { AwsCall } from "../aws-call";
import { startOf } from "../refusals/schedules";
import { type Correction, type EmulatorAnswer, eachMember, element, field } from "./correction";

/**
 * Answers with the time of the first run. Once an action has run, what the provider has read before is in the past; here that is so
 * at once: the start is the run before the next one.
 */
export const schedules: Correction = {
  match: ({ service, action }: AwsCall) => service === "autoscaling" && action === "DescribeScheduledActions",
  change(answer: EmulatorAnswer, call: AwsCall) {
    if (field(call, "AutoScalingGroupName") === undefined) return answer;
    const body = eachMember(answer.body, "ScheduledActionARN", (member) => {
      const text = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(member)?.[1];
      const start = startOf(text("Recurrence"), text("TimeZone"));
      return Number.isNaN(start) || member.includes("<StartTime>")
        ? member
        : member.replace("</member>", `${element("StartTime", new Date(start - 60_000).toISOString())}</member>`);
    });
    return { ...answer, body };
  },
};

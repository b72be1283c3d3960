/** Filters by name on an Auto Scaling group's policies and schedules: the emulator ignores them. */
import type { AwsCall } from "../aws-call";
import { type Correction, numbered, type EmulatorAnswer } from "./correction";

const lists: Record<string, { list: string; names: string; name: string }> = {
  DescribePolicies: { list: "ScalingPolicies", names: "PolicyNames", name: "PolicyName" },
  DescribeScheduledActions: {
    list: "ScheduledUpdateGroupActions",
    names: "ScheduledActionNames",
    name: "ScheduledActionName",
  },
};

/** Removes from the answer what the request does not name. */
export class Filters implements Correction {
  match(call: AwsCall): boolean {
    return call.service === "autoscaling" && call.action in lists;
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const known = lists[call.action];
    const names = known ? numbered(call, (index) => `${known.names}.member.${index}`) : [];
    if (!known || names.length === 0) return answer;
    const body = answer.body.replace(
      new RegExp(`(<${known.list}>)(.*)(</${known.list}>)`, "s"),
      (_whole, head: string, members: string, tail: string) =>
        head +
        outerMembers(members)
          .filter((member) => names.some((name) => member.includes(`<${known.name}>${name}</${known.name}>`)))
          .join("") +
        tail,
    );
    return { ...answer, body };
  }
}

/** The outer members of a list, which may contain lists themselves. */
function outerMembers(xml: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let begin = 0;
  for (const { 0: tag, index } of xml.matchAll(/<\/?member>/g)) {
    if (tag === "<member>" && depth === 0) begin = index;
    depth += tag === "<member>" ? 1 : -1;
    if (depth === 0) members.push(xml.slice(begin, index + tag.length));
  }
  return members;
}

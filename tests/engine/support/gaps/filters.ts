/** Names in a request for an Auto Scaling group's policies or schedules: the emulator answers with all of the group's. */
import type { AwsCall } from "../aws-call";
import { type Correction, numbered, type Said } from "./correction";

const lists: Record<string, { list: string; names: string; name: string }> = {
  DescribePolicies: { list: "ScalingPolicies", names: "PolicyNames", name: "PolicyName" },
  DescribeScheduledActions: {
    list: "ScheduledUpdateGroupActions",
    names: "ScheduledActionNames",
    name: "ScheduledActionName",
  },
};

/** Leaves in the answer what was asked for. */
export class Filters implements Correction {
  match(call: AwsCall): boolean {
    return call.service === "autoscaling" && call.action in lists;
  }

  change(said: Said, call: AwsCall): Said {
    const known = lists[call.action];
    const asked = known ? numbered(call, (index) => `${known.names}.member.${index}`) : [];
    if (!known || asked.length === 0) return said;
    const body = said.body.replace(
      new RegExp(`(<${known.list}>)(.*)(</${known.list}>)`, "s"),
      (_whole, head: string, members: string, tail: string) =>
        head +
        outerMembers(members)
          .filter((member) => asked.some((name) => member.includes(`<${known.name}>${name}</${known.name}>`)))
          .join("") +
        tail,
    );
    return { ...said, body };
  }
}

/** The members of a list, whole, whatever lists they hold themselves. */
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

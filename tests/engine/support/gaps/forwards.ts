/** Weighted forwards of rules and listeners: the emulator forgets them, so every later preview would show a change. */
import type { AwsCall } from "../aws-call";
import { type Correction, eachMember, element, field, inside, numbered, type EmulatorAnswer } from "./correction";

/** Stores the forward blocks of each rule and listener by its ARN, and adds them to the answers. */
export class Forwards implements Correction {
  private readonly blocks = new Map<string, (string | undefined)[]>();

  match(call: AwsCall): boolean {
    return (
      call.service === "elasticloadbalancing" &&
      /^(Create|Modify|Describe)(Rules?|Listeners?)$|^SetRulePriorities$/.test(call.action)
    );
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const { key, prefix } = call.action.includes("Rule")
      ? { key: "RuleArn", prefix: "Actions" }
      : { key: "ListenerArn", prefix: "DefaultActions" };
    const arn = new RegExp(`<${key}>([^<]*)`).exec(answer.body)?.[1];
    if (arn && field(call, `${prefix}.member.1.Type`) !== undefined) this.blocks.set(arn, blocksIn(call, prefix));
    return { ...answer, body: eachMember(answer.body, key, (member, id) => fillIn(member, this.blocks.get(id))) };
  }
}

/** The forward block of each action in a request, in the format of an answer; undefined for a plain forward. */
function blocksIn(call: AwsCall, prefix: string): (string | undefined)[] {
  return numbered(call, (index) => `${prefix}.member.${index}.Type`).map((_, position) => {
    const base = `${prefix}.member.${position + 1}.ForwardConfig`;
    const groups = numbered(call, (index) => `${base}.TargetGroups.member.${index}.TargetGroupArn`);
    if (groups.length === 0) return undefined;
    // AWS's default weight is 1.
    const weight = (index: number) => field(call, `${base}.TargetGroups.member.${index + 1}.Weight`) ?? 1;
    const members = groups.map((arn, index) =>
      inside("member", element("TargetGroupArn", arn), element("Weight", weight(index))),
    );
    const sticky = (name: string) => field(call, `${base}.TargetGroupStickinessConfig.${name}`);
    const stickiness = inside(
      "TargetGroupStickinessConfig",
      element("Enabled", sticky("Enabled") ?? false),
      element("DurationSeconds", sticky("DurationSeconds")),
    );
    return inside("ForwardConfig", inside("TargetGroups", ...members), stickiness);
  });
}

function fillIn(member: string, blocks: readonly (string | undefined)[] | undefined): string {
  if (!blocks) return member;
  let position = 0;
  return member.replace(
    /(<member><Type>.*?)(<\/member>)/gs,
    (_whole, head: string, tail: string) => head + (blocks[position++] ?? "") + tail,
  );
}

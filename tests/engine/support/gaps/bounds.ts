/** Auto Scaling groups: the emulator leaves a group's capacity outside of changed bounds. */
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { type Correction, field, type EmulatorAnswer } from "./correction";

/**
 * Moves the capacity between the new bounds at once:
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html ("sets the group's
 * DesiredCapacity to the new MinSize value", and the same of MaxSize).
 */
export class Bounds implements Correction {
  match(call: AwsCall): boolean {
    return call.service === "autoscaling" && call.action === "UpdateAutoScalingGroup";
  }

  async change(answer: EmulatorAnswer, call: AwsCall, { scaling, emulator }: CloudReader): Promise<EmulatorAnswer> {
    if (answer.status >= 300 || field(call, "DesiredCapacity") !== undefined) return answer;
    const name = field(call, "AutoScalingGroupName") ?? "";
    const { AutoScalingGroups: [group] = [] } = await scaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
    );
    const { MinSize: min = 0, MaxSize: max = 0, DesiredCapacity: desired = 0 } = group ?? {};
    const within = Math.min(Math.max(desired, min), max);
    if (within !== desired)
      await emulator.query("autoscaling", field(call, "Version") ?? "", "SetDesiredCapacity", {
        AutoScalingGroupName: name,
        DesiredCapacity: String(within),
      });
    return answer;
  }
}

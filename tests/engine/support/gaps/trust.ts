/** IAM: what a changed trust policy takes from running instances. The emulator's instances need no credentials. */
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { distrustOfAll, type Distrust } from "../trust";
import type { Correction, EmulatorAnswer } from "./correction";

/**
 * Reports each running group whose role its service can no longer assume after a call; the call itself succeeds, as on
 * AWS.
 */
export class Trust implements Correction {
  constructor(private readonly report: (lost: Distrust) => void) {}

  match(call: AwsCall): boolean {
    return (
      call.service === "iam" &&
      /^(UpdateAssumeRolePolicy|DeleteRole|(RemoveRoleFrom|Delete)InstanceProfile)$/.test(call.action)
    );
  }

  async change(answer: EmulatorAnswer, _call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (answer.status < 300) for (const lost of await distrustOfAll(cloud)) this.report(lost);
    return answer;
  }
}

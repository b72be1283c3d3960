/** Target groups: the emulator refuses to delete one that does not exist. */
import type { AwsCall } from "../aws-call";
import { type Correction, type EmulatorAnswer, element, inside } from "./correction";

/**
 * Of the errors of DeleteTargetGroup, AWS documents only ResourceInUse:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
 */
export class TargetGroups implements Correction {
  match(call: AwsCall): boolean {
    return call.service === "elasticloadbalancing" && call.action === "DeleteTargetGroup";
  }

  change(answer: EmulatorAnswer): EmulatorAnswer {
    if (!answer.body.includes("<Code>TargetGroupNotFound</Code>")) return answer;
    const metadata = inside("ResponseMetadata", element("RequestId", "double"));
    return {
      status: 200,
      body: inside("DeleteTargetGroupResponse", "<DeleteTargetGroupResult/>", metadata),
    };
  }
}

/** The activities of Auto Scaling groups, of which the emulator has none. */
import { element, inside, type EmulatorAnswer } from "./correction";

/** A launch that did not lead to an instance that serves. */
export interface FailedLaunch {
  status: "Failed" | "Cancelled";
  message: string;
  /** The instance, if one was started. */
  instance?: string;
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-verify-scaling-activity.html */
export function activityOf(group: string, { status, message, instance }: FailedLaunch): EmulatorAnswer {
  const launching =
    instance === undefined ? "Launching a new EC2 instance" : `Launching a new EC2 instance: ${instance}`;
  const activity = inside(
    "member",
    element("ActivityId", "launch"),
    element("AutoScalingGroupName", group),
    element("Description", `${launching}.  Status Reason: ${message}`),
    element("StatusCode", status),
    element("StatusMessage", message),
  );
  const result = inside("DescribeScalingActivitiesResult", inside("Activities", activity));
  const namespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/";
  return {
    status: 200,
    body: `<DescribeScalingActivitiesResponse xmlns="${namespace}">${result}</DescribeScalingActivitiesResponse>`,
  };
}

/** Launch templates: the size of their user data. */
import type { Refused } from "../aws-call";
import { field } from "../gaps/correction";
import { refusal, type Refusal } from "./refusal";

/** Before it is encoded: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html */
const mostBytes = 16_384;

/** AWS may say so only when an instance starts, which could then never serve. */
export function launchTemplates(): Refusal {
  const check = (userData = ""): Refused | undefined =>
    Buffer.from(userData, "base64").length > mostBytes
      ? { code: "InvalidUserData.Malformed", message: `User data is limited to ${mostBytes} bytes` }
      : undefined;
  return refusal("ec2", {
    CreateLaunchTemplate: (call) => Promise.resolve(check(field(call, "LaunchTemplateData.UserData"))),
    CreateLaunchTemplateVersion: (call) => Promise.resolve(check(field(call, "LaunchTemplateData.UserData"))),
  });
}

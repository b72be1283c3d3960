import type { PermissionRules } from "../permissions";
import { partitionOf } from "./regions";

/**
 * What IAM's policies know.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function permissionRules(region: string): PermissionRules {
  const partition = partitionOf(region);
  return {
    cloud: "IAM",
    resource: {
      pattern: new RegExp(`^arn:${partition}:[a-z0-9-]+:[a-z0-9*-]*:(\\d{12}|aws|\\*)?:\\S+$`),
      what: `an ARN such as arn:${partition}:sqs:${region}:123456789012:orders`,
    },
    accessControl: {
      services: ["iam", "organizations", "account", "sso", "sso-directory", "identitystore"],
      reads: /^(Get|List|Describe|Simulate|Generate)[A-Za-z*?]*$/,
      what: "IAM",
    },
    operators: new RegExp(
      "^(Null|((ForAllValues|ForAnyValue):)?" +
        "(String(Not)?Equals(IgnoreCase)?|String(Not)?Like|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|" +
        "Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?)$",
    ),
  };
}

import type { ServiceName } from "./catalogue";
import type { Value } from "./shape";

/** What the documentation allows a text field to be. */
interface Limit {
  service: ServiceName;
  actions: RegExp;
  field: string;
  min: number;
  max: number;
  /** The characters; by default any, but no URL at the beginning. */
  pattern?: RegExp;
}

const noUrl = /^(?!https?:\/\/)/s;
/** Letters of any language, which begin a name, digits, colons, underscores, dots and dashes. */
const ecsName = /^(?!https?:\/\/)\p{L}[\p{L}\d:_.-]*$/u;
const albName = /^\p{L}[\p{L}\d._-]*$/u;
const essName = /^[\p{L}\d][\p{L}\d_.-]*$/u;
/** NAS: letters, digits, colons, underscores and dashes, beginning with a letter. */
const nasText = /^(?!https?:\/\/)[A-Za-z][A-Za-z\d:_-]*$/;

const limit = (
  service: ServiceName,
  actions: RegExp,
  field: string,
  min: number,
  max: number,
  pattern = noUrl,
): Limit => ({
  service,
  actions,
  field,
  min,
  max,
  pattern,
});

/**
 * The limits of names and descriptions, which the published models have as sentences: each is in the comment of the field
 * in the SDK's request class, such as `CreateServerGroupRequest.serverGroupName` of @alicloud/alb20200616, and on the
 * action's page, https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createservergroup.
 * Those of Auto Scaling are in the package alibabacloud_ess20220222.
 */
const limits: readonly Limit[] = [
  limit("alb", /^(Create|Update)LoadBalancer(Attribute)?$/, "LoadBalancerName", 2, 128, albName),
  limit("alb", /^(Create|Update)ServerGroup(Attribute)?$/, "ServerGroupName", 2, 128, albName),
  limit("alb", /^(Create|Update)Listener(Attribute)?$/, "ListenerDescription", 2, 256, /^[\p{L}\d/._-]*$/u),
  limit("alb", /^(Create|Update)Rule(Attribute)?$/, "RuleName", 2, 128, albName),
  limit("ecs", /^(Create|Modify)SecurityGroup(Attribute)?$/, "SecurityGroupName", 2, 128, ecsName),
  limit("ecs", /^(Create|Modify)SecurityGroup(Attribute)?$/, "Description", 2, 256),
  limit("ecs", /^Authorize/, "Description", 1, 512, /^/),
  limit("ecs", /^CreateLaunchTemplate$/, "LaunchTemplateName", 2, 128, /^(?!https?:\/\/)\p{L}[\p{L}\d:_-]*$/u),
  limit("ecs", /^CreateLaunchTemplate/, "VersionDescription", 2, 256),
  limit("ecs", /^(Create|Modify)Image/, "ImageName", 2, 128, ecsName),
  limit("ecs", /^(Create|Modify)Image/, "Description", 2, 256),
  limit(
    "ecs",
    /^(RunInstances|CreateLaunchTemplate\w*)$/,
    "InstanceName",
    2,
    128,
    /^(?!https?:\/\/)[\p{L}\d:_.[\],-]*$/u,
  ),
  // 32 KB before it is encoded.
  limit("ecs", /^(RunInstances|CreateLaunchTemplate\w*)$/, "UserData", 0, 43_692, /^[A-Za-z\d+/]*={0,2}$/),
  limit("ecs", /^RunCommand$/, "Name", 1, 128, /^/),
  limit("ess", /^(Create|Modify)ScalingGroup$/, "ScalingGroupName", 2, 64, essName),
  limit("ess", /^(Create|Modify)EciScalingConfiguration$/, "ScalingConfigurationName", 2, 64, essName),
  limit("ess", /^(Create|Modify)ScalingRule$/, "ScalingRuleName", 2, 64, essName),
  limit("ess", /^(Create|Modify)ScheduledTask$/, "ScheduledTaskName", 2, 64, essName),
  limit("ess", /^(Create|Modify)ScheduledTask$/, "Description", 2, 200, /^/),
  limit("ess", /^(Create|Modify)LifecycleHook$/, "LifecycleHookName", 2, 64, essName),
  limit("ess", /^(Create|Modify)LifecycleHook$/, "NotificationMetadata", 0, 4096, /^/),
  limit("nas", /^CreateAccessGroup$/, "AccessGroupName", 3, 64, /^[A-Za-z][A-Za-z\d_-]*$/),
  limit("nas", /^(Create|Modify)AccessGroup$/, "Description", 2, 128, nasText),
  limit("nas", /^(Create|Modify)FileSystem$/, "Description", 2, 128, nasText),
  limit("ram", /Role$/, "RoleName", 1, 64, /^[A-Za-z\d.-]*$/),
  limit("ram", /^(Create|Update)Role$/, "Description", 1, 1024, /^/),
  limit("ram", /Policy$/, "PolicyName", 1, 128, /^[A-Za-z\d-]*$/),
  limit("ram", /^CreatePolicy$/, "Description", 1, 1024, /^/),
  limit("resourcemanager", /^CreateServiceLinkedRole$/, "Description", 1, 1024, /^/),
  limit("vpc", /^(Create|Modify)Vpc(Attribute)?$/, "VpcName", 1, 128),
  limit("vpc", /^(Create|Modify)Vpc(Attribute)?$/, "Description", 1, 256),
  limit("vpc", /^(Create|Modify)VSwitch(Attribute)?$/, "VSwitchName", 1, 128),
  limit("vpc", /^(Create|Modify)VSwitch(Attribute)?$/, "Description", 1, 256),
  limit("vpc", /^(Create|Modify)NatGateway(Attribute)?$/, "Name", 2, 128, /^(?!https?:\/\/)\p{L}[\p{L}\d_-]*$/u),
  limit("vpc", /^(Create|Modify)NatGateway(Attribute)?$/, "Description", 2, 256),
  limit("vpc", /^(AllocateEipAddress|ModifyEipAddressAttribute)$/, "Name", 0, 128),
  limit("vpc", /^(AllocateEipAddress|ModifyEipAddressAttribute)$/, "Description", 0, 256),
  limit("vpc", /^(Create|Modify)RouteTable(Attributes)?$/, "RouteTableName", 1, 128),
  limit("vpc", /^(Create|Modify)RouteTable(Attributes)?$/, "Description", 1, 256),
  limit("vpc", /^(Create|Modify)SnatEntry$/, "SnatEntryName", 2, 128, /^(?!https?:\/\/)\p{L}/u),
  limit("vpc", /^(Create|Modify)RouteEntry$/, "RouteEntryName", 1, 128),
  limit("vpc", /^(Create|Modify)RouteEntry$/, "Description", 1, 256),
];

/** The fields of a request that are outside of their limits, with a sentence each. An empty field counts as left out. */
export function limitProblems(
  service: ServiceName,
  action: string,
  values: Readonly<Record<string, Value>>,
): { path: string; detail: string }[] {
  return limits
    .filter((one) => one.service === service && one.actions.test(action))
    .flatMap(({ field, min, max, pattern = noUrl }) => {
      const value = values[field];
      if (typeof value !== "string" || value === "") return [];
      if (value.length < min || value.length > max)
        return [{ path: field, detail: `has ${value.length} characters, and may have ${min} to ${max}` }];
      return pattern.test(value) ? [] : [{ path: field, detail: `has characters that are not allowed: ${value}` }];
    });
}

import { alicloud } from "../../components";
import type { Compute } from "../../components/spec";
import { alicloudOutputs } from "./alicloud-outputs";
import type { CloudUnderTest, Parts } from "./cloud-under-test";
import { environmentIn } from "./environment-file";
import { facts, type Registered } from "./monitor";

const registry = "bookstore-registry-vpc.cn-hangzhou.cr.aliyuncs.com/bookstore/app@sha256:";

const parts = {
  targetGroup: "alicloud:alb/serverGroup:ServerGroup",
  healthy: "pulumi-nodejs:dynamic/immutable-service:HealthyTargets",
  serverGroup: "alicloud:ess/scalingGroup:ScalingGroup",
  metricTrigger: "alicloud:ess/scalingRule:ScalingRule",
  scheduleTrigger: "alicloud:ess/scheduledTask:ScheduledTask",
} satisfies Partial<Parts>;

/** Types whose names are unique in an account's region, or in the world, by the property that has the name. */
const names: Readonly<Record<string, string>> = {
  "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate": "launchTemplateName",
  "alicloud:ess/scalingGroup:ScalingGroup": "scalingGroupName",
  "alicloud:ess/scalingRule:ScalingRule": "scalingRuleName",
  "alicloud:ess/lifecycleHook:LifecycleHook": "name",
  "alicloud:ess/scheduledTask:ScheduledTask": "scheduledTaskName",
  "alicloud:nas/accessGroup:AccessGroup": "accessGroupName",
  "alicloud:oss/bucket:Bucket": "bucket",
  "alicloud:ram/policy:Policy": "policyName",
  "alicloud:ram/role:Role": "roleName",
};

/** Alibaba Cloud, as the suites of every cloud see it. */
export const alicloudUnderTest: CloudUnderTest = {
  make: () => alicloud({ ...facts, region: "cn-hangzhou" }),
  outputsOf: alicloudOutputs,
  images: {
    container: [`${registry}${"a".repeat(64)}`, `${registry}${"b".repeat(64)}`],
    vm: ["m-bp1g7004ksh0oeuc9t1h", "m-bp1g7004ksh0oeuc9t1i"],
  },
  baking: {
    build: { repository: "bookstore-registry.cn-hangzhou.cr.aliyuncs.com/bookstore/app" },
    service: {
      alicloud: {
        registry: "cri-0123456789abcdef",
        secretsImage: `bookstore-registry-vpc.cn-hangzhou.cr.aliyuncs.com/bookstore/secrets@sha256:${"e".repeat(64)}`,
      },
    },
  },
  existingNetwork: (...securityGroupIds) => ({
    vpcId: "vpc-0123",
    privateSubnetIds: ["vsw-0001", "vsw-0002"],
    publicSubnetIds: ["vsw-0003", "vsw-0004"],
    ...(securityGroupIds.length > 0 ? { securityGroupIds } : {}),
  }),
  secret: "acs:kms:cn-hangzhou:1234567890123456:secret/token",
  certificate: "12345678-cn-hangzhou",
  policies: ["acs:ram:*:system:policy/AliyunOTSReadOnlyAccess", "read-catalogue"],
  parts: {
    container: { ...parts, instance: "alicloud:ess/eciScalingConfiguration:EciScalingConfiguration" },
    vm: { ...parts, instance: "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate" },
  },
  networkTypes: [
    "Network",
    "Switch",
    "NatGateway",
    "PublicAddress",
    "SnatEntry",
    "RouteTable",
    "RouteEntry",
    "RouteTableAttachment",
  ],
  volatileInputs: ["launchTime", "recurrenceEndTime"],
  nameInCloud: ({ type, inputs }) => inputs[names[type] ?? ""],
  exposures: (resources) =>
    resources.flatMap((resource) => exposuresOf(resource).map((what) => `${resource.type} ${resource.name}: ${what}`)),
  variables: (resources, compute) =>
    compute === "container" ? ofContainer(resources) : environmentIn(inputsOf(resources, "vm").userData),
};

interface Given {
  readonly type?: string;
  readonly ipProtocol?: string;
  readonly portRange?: string;
  readonly cidrIp?: string;
  readonly policy?: string;
  readonly securityGroupId?: string;
  readonly innerAccessPolicy?: string;
  readonly instanceType?: string;
  readonly keyPairName?: string;
  readonly passwordInherit?: boolean;
  readonly internetMaxBandwidthOut?: number;
  readonly httpTokens?: string;
  readonly systemDisk?: { readonly encrypted?: boolean };
  readonly autoCreateEip?: boolean;
  readonly acl?: string;
  readonly blockPublicAccess?: boolean;
}

function exposuresOf({ type, inputs }: Registered): string[] {
  const given = inputs as Given;
  const found = (isExposed: boolean, what: string) => (isExposed ? [what] : []);
  switch (type) {
    case "alicloud:ecs/securityGroupRule:SecurityGroupRule": {
      if (given.type !== "ingress" || given.policy !== "accept" || given.securityGroupId?.endsWith("-load-balancer-id"))
        return [];
      const [from = 1, to = 65535] = (given.portRange ?? "").split("/").map(Number);
      return [
        ...found(given.ipProtocol === "all" || from < 0 || (from <= 22 && to >= 22), "admits port 22"),
        ...found(given.cidrIp === "0.0.0.0/0", "admits everyone and is not the load balancer's"),
      ];
    }
    case "alicloud:ecs/securityGroup:SecurityGroup":
      return found(given.innerAccessPolicy !== "Drop", "admits its members to each other");
    case "alicloud:ecs/eipAssociation:EipAssociation":
      return ["gives a public address to something other than a NAT gateway"];
    case "alicloud:ecs/ecsKeyPair:EcsKeyPair":
    case "alicloud:ecs/keyPair:KeyPair":
      return ["is a key pair"];
    case "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate":
      return [
        ...found(given.keyPairName !== undefined || given.passwordInherit === true, "has a key pair or a password"),
        ...found(given.internetMaxBandwidthOut !== 0, "gives instances public addresses"),
        ...found(given.httpTokens !== "required", "serves metadata without a session token"),
        ...found(given.systemDisk?.encrypted !== true, "has a volume that is not encrypted"),
      ];
    case "alicloud:ess/eciScalingConfiguration:EciScalingConfiguration":
      return found(given.autoCreateEip !== false, "gives containers public addresses");
    case "alicloud:oss/bucketAcl:BucketAcl":
      return found(given.acl !== "private", "admits others to the bucket");
    case "alicloud:oss/bucketPublicAccessBlock:BucketPublicAccessBlock":
      return found(given.blockPublicAccess !== true, "does not block public access");
    default:
      return [];
  }
}

function inputsOf(resources: readonly Registered[], compute: Compute): Readonly<Record<string, unknown>> {
  return resources.find(({ type }) => type === alicloudUnderTest.parts[compute].instance)?.inputs ?? {};
}

/** Variables that only configure the log service's collector are not the app's. */
function ofContainer(resources: readonly Registered[]): Record<string, string> {
  const [container] = inputsOf(resources, "container").containers as {
    environmentVars: { key: string; value: string }[];
  }[];
  return Object.fromEntries(
    (container?.environmentVars ?? [])
      .filter(({ key }) => !key.startsWith("aliyun_logs_"))
      .map(({ key, value }) => [key, value]),
  );
}

import { aws } from "../../components";
import type { Compute } from "../../components/spec";
import { awsOutputs } from "./aws-outputs";
import type { CloudUnderTest } from "./cloud-under-test";
import { environmentIn } from "./environment-file";
import { facts, type Registered } from "./monitor";

const registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore@sha256:";

/** AWS, as the suites of every cloud see it. */
export const awsUnderTest: CloudUnderTest = {
  make: () => aws({ ...facts, region: "us-east-1" }),
  outputsOf: awsOutputs,
  images: {
    container: [`${registry}${"a".repeat(64)}`, `${registry}${"b".repeat(64)}`],
    vm: ["ami-0123456789abcdef0", "ami-0123456789abcdef1"],
  },
  baking: { build: {}, service: {} },
  existingNetwork: (...securityGroupIds) => ({
    vpcId: "vpc-0123",
    privateSubnetIds: ["subnet-0001", "subnet-0002"],
    publicSubnetIds: ["subnet-0003", "subnet-0004"],
    ...(securityGroupIds.length > 0 ? { securityGroupIds } : {}),
  }),
  secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-a1b2c3",
  certificate: "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
  policies: ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess", "arn:aws:iam::123456789012:policy/read-catalogue"],
  parts: {
    container: {
      targetGroup: "aws:lb/targetGroup:TargetGroup",
      healthy: "pulumi-nodejs:dynamic/immutable-service:HealthyTargets",
      serverGroup: "aws:ecs/service:Service",
      instance: "aws:ecs/taskDefinition:TaskDefinition",
      metricTrigger: "aws:appautoscaling/policy:Policy",
      scheduleTrigger: "aws:appautoscaling/scheduledAction:ScheduledAction",
    },
    vm: {
      targetGroup: "aws:lb/targetGroup:TargetGroup",
      healthy: "pulumi-nodejs:dynamic/immutable-service:HealthyTargets",
      serverGroup: "aws:autoscaling/group:Group",
      instance: "aws:ec2/launchTemplate:LaunchTemplate",
      metricTrigger: "aws:autoscaling/policy:Policy",
      scheduleTrigger: "aws:autoscaling/schedule:Schedule",
    },
  },
  networkTypes: [
    "Vpc",
    "Subnet",
    "InternetGateway",
    "NatGateway",
    "Eip",
    "RouteTable",
    "Route",
    "RouteTableAssociation",
  ],
  volatileInputs: [],
  nameInCloud: ({ type, inputs }) =>
    /bucket.|Schedule|Policy|rolePolicy/.test(type) ? undefined : (inputs.name ?? inputs.family ?? inputs.bucket),
  exposures: (resources) =>
    resources.flatMap((resource) =>
      [...exposuresOf(resource), ...openDefaultGroup(resource, resources)].map(
        (what) => `${resource.type} ${resource.name}: ${what}`,
      ),
    ),
  variables(resources, compute) {
    return compute === "container" ? ofTask(resources) : environmentIn(inputsOf(resources, "vm").userData);
  },
};

interface Given {
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly ipProtocol?: string;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly securityGroupId?: string;
  readonly ingress?: unknown;
  readonly mapPublicIpOnLaunch?: boolean;
  readonly enableExecuteCommand?: boolean;
  readonly networkConfiguration?: { readonly assignPublicIp?: boolean };
  readonly keyName?: string;
  readonly networkInterfaces?: readonly { readonly associatePublicIpAddress?: string }[];
  readonly metadataOptions?: { readonly httpTokens?: string; readonly httpPutResponseHopLimit?: number };
  readonly blockDeviceMappings?: readonly { readonly ebs?: { readonly encrypted?: string } }[];
}

/** A VPC's own security group admits its members until its rules are taken. */
function openDefaultGroup({ type, name }: Registered, resources: readonly Registered[]): string[] {
  if (type !== "aws:ec2/vpc:Vpc") return [];
  const closed = resources.some(
    ({ type, inputs }) =>
      type === "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup" &&
      inputs.vpcId === `${name}-id` &&
      [inputs.ingress, inputs.egress].every((rules) => Array.isArray(rules) && rules.length === 0),
  );
  return closed ? [] : ["has a default security group with rules"];
}

function exposuresOf({ type, inputs }: Registered): string[] {
  const given = inputs as Given;
  const found = (isExposed: boolean, what: string) => (isExposed ? [what] : []);
  switch (type) {
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
      return [
        ...found(
          given.ipProtocol === "-1" || ((given.fromPort ?? 0) <= 22 && (given.toPort ?? 65535) >= 22),
          "admits port 22",
        ),
        ...found(
          (given.cidrIpv4 === "0.0.0.0/0" || given.cidrIpv6 !== undefined) &&
            !/-load-balancer-id$/.test(given.securityGroupId ?? ""),
          "admits everyone and is not the load balancer's",
        ),
      ];
    case "aws:ec2/securityGroup:SecurityGroup":
      return found(given.ingress !== undefined, "has inline rules");
    case "aws:ec2/subnet:Subnet":
      return found(given.mapPublicIpOnLaunch === true, "gives public addresses");
    case "aws:ec2/keyPair:KeyPair":
      return ["is a key pair"];
    case "aws:ecs/service:Service":
      return [
        ...found(given.networkConfiguration?.assignPublicIp !== false, "gives tasks public addresses"),
        ...found(given.enableExecuteCommand === true, "allows commands in tasks"),
      ];
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return [
        ...found(given.keyName !== undefined, "has a key pair"),
        ...found(
          !given.networkInterfaces?.length ||
            given.networkInterfaces.some(({ associatePublicIpAddress }) => associatePublicIpAddress !== "false"),
          "gives instances public addresses",
        ),
        ...found(
          given.metadataOptions?.httpTokens !== "required" || given.metadataOptions.httpPutResponseHopLimit !== 1,
          "serves metadata without a session token",
        ),
        ...found(
          !given.blockDeviceMappings?.length || given.blockDeviceMappings.some(({ ebs }) => ebs?.encrypted !== "true"),
          "has a volume that is not encrypted",
        ),
      ];
    default:
      return [];
  }
}

function inputsOf(resources: readonly Registered[], compute: Compute): Readonly<Record<string, unknown>> {
  return resources.find(({ type }) => type === awsUnderTest.parts[compute].instance)?.inputs ?? {};
}

function ofTask(resources: readonly Registered[]): Record<string, string> {
  const [container] = JSON.parse(String(inputsOf(resources, "container").containerDefinitions)) as {
    environment: { name: string; value: string }[];
  }[];
  return Object.fromEntries((container?.environment ?? []).map(({ name, value }) => [name, value]));
}

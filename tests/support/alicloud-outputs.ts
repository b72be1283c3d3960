import type { OutputsOf } from "./monitor";
import { ledgerOf, servingOf } from "./serving";

/*
 * What Alibaba Cloud would say of each type of resource that the project registers. A type that is not here fails the
 * test: with an echo of the inputs alone, an address would read http://undefined and nobody would see it.
 */

type Resource = Parameters<OutputsOf>[0];
type Outputs = Readonly<Record<string, unknown>>;

const none = (): Outputs => ({});

const known: Readonly<Record<string, (resource: Resource) => Outputs>> = {
  "alicloud:alb/listener:Listener": none,
  "alicloud:alb/loadBalancer:LoadBalancer": (r) => ({
    dnsName: `alb-${r.name}.cn-hangzhou.alb.aliyuncs.com`,
  }),
  "alicloud:alb/loadBalancerSecurityGroupAttachment:LoadBalancerSecurityGroupAttachment": none,
  "alicloud:alb/serverGroup:ServerGroup": none,
  "alicloud:cs/registryEnterpriseRepo:RegistryEnterpriseRepo": none,
  "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate": () => ({ latestVersionNumber: 1, defaultVersionNumber: 1 }),
  "alicloud:ecs/securityGroup:SecurityGroup": none,
  "alicloud:ecs/securityGroupRule:SecurityGroupRule": none,
  "alicloud:ess/eciScalingConfiguration:EciScalingConfiguration": none,
  "alicloud:ess/lifecycleHook:LifecycleHook": none,
  "alicloud:ess/scalingGroup:ScalingGroup": none,
  "alicloud:ess/scalingRule:ScalingRule": (r) => ({
    ari: `ari:acs:ess:cn-hangzhou:1234567890123456:scalingrule/${r.name}`,
  }),
  "alicloud:ess/scheduledTask:ScheduledTask": none,
  "alicloud:log/logTailAttachment:LogTailAttachment": none,
  "alicloud:log/logTailConfig:LogTailConfig": none,
  "alicloud:log/machineGroup:MachineGroup": none,
  "alicloud:nas/accessGroup:AccessGroup": none,
  "alicloud:nas/accessRule:AccessRule": none,
  "alicloud:nas/mountTarget:MountTarget": (r) => ({ mountTargetDomain: `${r.name}.cn-hangzhou.nas.aliyuncs.com` }),
  "alicloud:oss/bucket:Bucket": none,
  "alicloud:oss/bucketAcl:BucketAcl": none,
  "alicloud:oss/bucketObject:BucketObject": none,
  "alicloud:oss/bucketPolicy:BucketPolicy": none,
  "alicloud:oss/bucketPublicAccessBlock:BucketPublicAccessBlock": none,
  "alicloud:oss/bucketServerSideEncryption:BucketServerSideEncryption": none,
  "alicloud:oss/bucketVersioning:BucketVersioning": none,
  "alicloud:ram/policy:Policy": () => ({ type: "Custom" }),
  "alicloud:ram/role:Role": (r) => ({ arn: `acs:ram::1234567890123456:role/${String(r.inputs.roleName)}` }),
  "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment": none,
  "alicloud:vpc/natGateway:NatGateway": (r) => ({ snatTableIds: `stb-${r.name}` }),
  "alicloud:vpc/network:Network": (r) => ({ routeTableId: `${r.name}-system` }),
  "alicloud:vpc/routeEntry:RouteEntry": none,
  "alicloud:vpc/routeTable:RouteTable": none,
  "alicloud:vpc/routeTableAttachment:RouteTableAttachment": none,
  "alicloud:vpc/snatEntry:SnatEntry": none,
  "alicloud:vpc/switch:Switch": none,
  "docker:index/registryImage:RegistryImage": () => ({ sha256Digest: `sha256:${"c".repeat(64)}` }),
  "pulumi-nodejs:dynamic/immutable-service:FileSystem": none,
  "pulumi-nodejs:dynamic/immutable-service:LogProject": ({ name }) => ({ id: `${name}-0a1b2c3d` }),
  "pulumi-nodejs:dynamic/immutable-service:LogStore": none,
  "pulumi-nodejs:dynamic/immutable-service:ObjectStore": none,
  "pulumi-nodejs:dynamic/immutable-service:BakedImage": () => ({ image: "m-bp1fedcba9876543210a" }),
  "pulumi-nodejs:dynamic/immutable-service:RandomSuffix": () => ({ suffix: "0a1b2c3d" }),
  "pulumi-nodejs:dynamic/immutable-service:Bounds": none,
  "pulumi-nodejs:dynamic/immutable-service:StartSize": ({ inputs }) => ({
    startMin: inputs.min,
    startMax: inputs.max,
    starts: inputs.start,
  }),
  "pulumi-nodejs:dynamic/immutable-service:Gate": ({ inputs }) => ({ passed: inputs.release }),
  // As if the digits at the end of an existing vSwitch's id were those of its zone.
  "pulumi-nodejs:dynamic/immutable-service:ExistingVSwitch": ({ inputs }) => {
    const number = numberOf(String(inputs.vSwitch));
    return { zone: `cn-hangzhou-${"abcdefghijklmnop".charAt(number % 16)}`, range: `10.1.${number}.0/24` };
  },
  "pulumi-nodejs:dynamic/immutable-service:HeaderRule": ({ name }) => ({ rule: `rule-${name}` }),
  "pulumi-nodejs:dynamic/immutable-service:HealthCheckTypes": none,
  "pulumi-nodejs:dynamic/immutable-service:HealthyTargets": ({ inputs }) => ({ passed: inputs.group }),
  "pulumi-nodejs:dynamic/immutable-service:HeldInputs": none,
  "pulumi-nodejs:dynamic/immutable-service:InstanceTypeOrder": none,
  "pulumi-nodejs:dynamic/immutable-service:Intent": none,
  "pulumi-nodejs:dynamic/immutable-service:Ledger": ledgerOf,
  "pulumi-nodejs:dynamic/immutable-service:DefaultRoute": none,
  "pulumi-nodejs:dynamic/immutable-service:PublicAddress": () => ({ ip: "203.0.113.10" }),
  "pulumi-nodejs:dynamic/immutable-service:LaunchTemplateRemoval": none,
  "pulumi-nodejs:dynamic/immutable-service:LoadBalancerSecurityGroupRemoval": none,
  "pulumi-nodejs:dynamic/immutable-service:MachineGroupRemoval": none,
  "pulumi-nodejs:dynamic/immutable-service:ServerGroupAttachment": none,
  "pulumi-nodejs:dynamic/immutable-service:LoadBalancerZone": ({ inputs }) => ({
    address: `203.0.113.${numberOf(String(inputs.zone))}`,
  }),
  "pulumi-nodejs:dynamic/immutable-service:AccountCheck": () => ({}),
  "pulumi-nodejs:dynamic/immutable-service:OwnershipMark": () => ({ mark: "0a1b2c3d" }),
  "pulumi-nodejs:dynamic/immutable-service:RegistryImageLookup": () => ({ digest: "" }),
  "pulumi-nodejs:dynamic/immutable-service:ObjectData": none,
  "pulumi-nodejs:dynamic/immutable-service:RegistryLink": none,
  "pulumi-nodejs:dynamic/immutable-service:ShareFolder": none,
  "pulumi-nodejs:dynamic/immutable-service:RoleInForce": none,
  "pulumi-nodejs:dynamic/immutable-service:ServiceLinkedRole": none,
  "pulumi-nodejs:dynamic/immutable-service:SecretKeys": () => ({
    keys: ["acs:kms:cn-hangzhou:1234567890123456:key/k-1"],
  }),
  "pulumi-nodejs:dynamic/immutable-service:SoldInstanceTypes": ({ inputs }) => ({ sold: inputs.types }),
  "pulumi-nodejs:dynamic/immutable-service:RedirectRule": ({ name }) => ({ rule: `rule-${name}` }),
  "pulumi-nodejs:dynamic/immutable-service:TrafficRule": (r) => ({ rule: `rule-${r.name}`, serving: servingOf(r) }),
  "pulumi-nodejs:dynamic/immutable-service:ImageMark": none,
  "pulumi-nodejs:dynamic/immutable-service:ImageRetention": none,
  "pulumi:providers:docker": none,
};

/** A number from the end of an id or of a zone's name, 0 to 255. */
function numberOf(text: string): number {
  return /\d+$/.test(text) ? Number(/\d{1,2}$/.exec(text)?.[0]) : text.charCodeAt(text.length - 1) - 97;
}

/** What Alibaba Cloud outputs; undefined for a type that is not known here. */
export const alicloudOutputs: OutputsOf = (resource) => known[resource.type]?.(resource);

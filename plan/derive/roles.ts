import { componentTypes } from "../../components/component-types";
import type { PlannedResource, RoleCount } from "../contract";

/** What a resource is for, in the order in which roles are told. */
export const roles = [
  "service",
  "image",
  "network",
  "load balancer",
  "server groups",
  "triggers",
  "gate",
  "identity",
  "files",
  "logs",
  "other",
] as const;
/** What a resource is for. */
export type Role = (typeof roles)[number];

/** Every type that a cloud's folder registers, by role. A type that is missing here is counted as other, and shown. */
const typesOf: Partial<Record<Role, readonly string[]>> = {
  service: [componentTypes.service],
  // What a bake has of types that others have too, such as a network, is told apart by its parent, in plan.ts.
  image: [
    componentTypes.image,
    "pulumi-nodejs:dynamic/immutable-service:BakedImage",
    "pulumi-nodejs:dynamic/immutable-service:RegistryImageLookup",
    "pulumi-nodejs:dynamic/immutable-service:ImageRetention",
    "pulumi:providers:docker",
    "docker:index/registryImage:RegistryImage",
    "aws:ecr/repository:Repository",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:imagebuilder/component:Component",
    "aws:imagebuilder/distributionConfiguration:DistributionConfiguration",
    "aws:imagebuilder/imageRecipe:ImageRecipe",
    "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
    "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "alicloud:cs/registryEnterpriseRepo:RegistryEnterpriseRepo",
    "alicloud:cr/artifactLifecycleRule:ArtifactLifecycleRule",
    "alicloud:oss/bucketObject:BucketObject",
  ],
  gate: ["pulumi-nodejs:dynamic/immutable-service:Gate"],
  network: [
    componentTypes.environment,
    componentTypes.network,
    "aws:ec2/vpc:Vpc",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/eip:Eip",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "pulumi-nodejs:dynamic/immutable-service:ExistingVSwitches",
    "alicloud:vpc/network:Network",
    "alicloud:vpc/switch:Switch",
    "alicloud:vpc/natGateway:NatGateway",
    "alicloud:vpc/snatEntry:SnatEntry",
    "alicloud:vpc/routeTable:RouteTable",
    "alicloud:vpc/routeTableAttachment:RouteTableAttachment",
    "alicloud:vpc/routeEntry:RouteEntry",
    "alicloud:vpc/gatewayEndpoint:GatewayEndpoint",
    "alicloud:vpc/gatewayEndpointRouteTableAttachment:GatewayEndpointRouteTableAttachment",
    "alicloud:ecs/eipAddress:EipAddress",
    "alicloud:ecs/eipAssociation:EipAssociation",
    "alicloud:ecs/securityGroup:SecurityGroup",
    "alicloud:ecs/securityGroupRule:SecurityGroupRule",
    "alicloud:privatelink/vpcEndpoint:VpcEndpoint",
  ],
  "load balancer": [
    componentTypes.loadBalancer,
    componentTypes.trafficSplit,
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/listener:Listener",
    "aws:lb/listenerRule:ListenerRule",
    "aws:lb/targetGroup:TargetGroup",
    "pulumi-nodejs:dynamic/immutable-service:TrafficSplitCheck",
    "alicloud:alb/loadBalancer:LoadBalancer",
    "alicloud:alb/listener:Listener",
    "alicloud:alb/rule:Rule",
    "alicloud:alb/serverGroup:ServerGroup",
    "alicloud:alb/acl:Acl",
    "alicloud:alb/aclEntryAttachment:AclEntryAttachment",
    "alicloud:alb/listenerAclAttachment:ListenerAclAttachment",
    "alicloud:alb/securityPolicy:SecurityPolicy",
    "alicloud:alb/loadBalancerSecurityGroupAttachment:LoadBalancerSecurityGroupAttachment",
  ],
  "server groups": [
    componentTypes.release,
    "pulumi-nodejs:dynamic/immutable-service:HealthyTargets",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:autoscaling/group:Group",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate",
    "alicloud:ess/scalingGroup:ScalingGroup",
    "alicloud:ess/scalingConfiguration:ScalingConfiguration",
    "alicloud:ess/eciScalingConfiguration:EciScalingConfiguration",
    "alicloud:ess/serverGroupAttachment:ServerGroupAttachment",
    "alicloud:ess/albServerGroupAttachment:AlbServerGroupAttachment",
    "alicloud:ess/lifecycleHook:LifecycleHook",
  ],
  triggers: [
    "aws:appautoscaling/target:Target",
    "aws:appautoscaling/policy:Policy",
    "aws:appautoscaling/scheduledAction:ScheduledAction",
    "aws:autoscaling/policy:Policy",
    "aws:autoscaling/schedule:Schedule",
    "alicloud:ess/scalingRule:ScalingRule",
    "alicloud:ess/scheduledTask:ScheduledTask",
    "alicloud:ess/alarm:Alarm",
  ],
  identity: [
    componentTypes.identity,
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/instanceProfile:InstanceProfile",
    "pulumi-nodejs:dynamic/immutable-service:ServiceLinkedRole",
    "alicloud:ram/role:Role",
    "alicloud:ram/policy:Policy",
    "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment",
  ],
  files: [
    componentTypes.files,
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:efs/fileSystem:FileSystem",
    "aws:efs/backupPolicy:BackupPolicy",
    "aws:efs/mountTarget:MountTarget",
    "aws:efs/accessPoint:AccessPoint",
    "pulumi-nodejs:dynamic/immutable-service:RandomSuffix",
    "alicloud:oss/bucket:Bucket",
    "alicloud:oss/bucketAcl:BucketAcl",
    "alicloud:oss/bucketVersioning:BucketVersioning",
    "alicloud:oss/bucketPolicy:BucketPolicy",
    "alicloud:oss/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "alicloud:oss/bucketServerSideEncryption:BucketServerSideEncryption",
    "alicloud:nas/fileSystem:FileSystem",
    "alicloud:nas/mountTarget:MountTarget",
    "alicloud:nas/accessGroup:AccessGroup",
    "alicloud:nas/accessRule:AccessRule",
  ],
  logs: [
    componentTypes.logs,
    "aws:cloudwatch/logGroup:LogGroup",
    "alicloud:log/project:Project",
    "alicloud:log/store:Store",
    "alicloud:log/storeIndex:StoreIndex",
    "alicloud:log/machineGroup:MachineGroup",
    "alicloud:log/logTailConfig:LogTailConfig",
    "alicloud:log/logTailAttachment:LogTailAttachment",
  ],
};

const roleOfType = new Map(
  Object.entries(typesOf).flatMap(([role, types]) => types.map((type) => [type, role as Role] as const)),
);

/** What a type of resource is for; "other" for one that the table does not have. */
export function roleOf(type: string): Role {
  return roleOfType.get(type) ?? "other";
}

/** Where a role stands in the order. */
export function rankOf(role: string): number {
  return roles.indexOf(role as Role);
}

/** Counts resources by role, in the roles' order. */
export function countRoles(resources: readonly PlannedResource[]): RoleCount[] {
  return roles.flatMap((role) => {
    const types = resources.filter((resource) => resource.role === role).map(({ type }) => type);
    if (types.length === 0) return [];
    const names = [...new Set(types)].sort();
    return [
      {
        role,
        count: types.length,
        types: Object.fromEntries(names.map((name) => [name, types.filter((type) => type === name).length])),
      },
    ];
  });
}

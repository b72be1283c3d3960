import type { OutputsOf } from "./monitor";
import { ledgerOf, servingOf } from "./serving";

/*
 * What AWS would say of each type of resource that the project registers. A type that is not here fails the test: with
 * an echo of the inputs alone, an address would read http://undefined and nobody would see it.
 */

type Resource = Parameters<OutputsOf>[0];
type Outputs = Readonly<Record<string, unknown>>;

const account = "123456789012";
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:${account}:${rest}`;
/** The name that auto-naming would give. */
const named = ({ name, inputs }: Resource) => (typeof inputs.name === "string" ? inputs.name : `${name}-0a1b2c3`);
const none = (): Outputs => ({});
const ruleArn = (name: string) => arn("elasticloadbalancing", `listener-rule/app/${name}`);

const known: Readonly<Record<string, (resource: Resource) => Outputs>> = {
  "aws:appautoscaling/policy:Policy": none,
  "aws:appautoscaling/scheduledAction:ScheduledAction": none,
  "aws:appautoscaling/target:Target": none,
  "aws:autoscaling/group:Group": (r) => ({
    name: named(r),
    arn: arn("autoscaling", `autoScalingGroup:0:autoScalingGroupName/${named(r)}`),
  }),
  "aws:autoscaling/policy:Policy": none,
  "aws:autoscaling/schedule:Schedule": none,
  "aws:cloudwatch/logGroup:LogGroup": (r) => ({ name: named(r), arn: arn("logs", `log-group:${named(r)}`) }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": none,
  "aws:ec2/eip:Eip": none,
  "aws:ec2/internetGateway:InternetGateway": none,
  "aws:ec2/launchTemplate:LaunchTemplate": (r) => ({
    latestVersion: 1,
    arn: arn("ec2", `launch-template/${named(r)}`),
    name: named(r),
  }),
  "aws:ec2/natGateway:NatGateway": none,
  "aws:ec2/route:Route": none,
  "aws:ec2/routeTable:RouteTable": none,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": none,
  "aws:ec2/securityGroup:SecurityGroup": none,
  "aws:ec2/subnet:Subnet": none,
  "aws:ec2/vpc:Vpc": none,
  "aws:ec2/vpcEndpoint:VpcEndpoint": none,
  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": none,
  "aws:ecr/repository:Repository": (r) => ({
    name: named(r),
    arn: arn("ecr", `repository/${named(r)}`),
    repositoryUrl: `${account}.dkr.ecr.us-east-1.amazonaws.com/${named(r)}`,
  }),
  "aws:ecs/cluster:Cluster": (r) => ({ name: named(r), arn: arn("ecs", `cluster/${named(r)}`) }),
  "aws:ecs/service:Service": (r) => ({ name: named(r), arn: arn("ecs", `service/${named(r)}`) }),
  "aws:ecs/taskDefinition:TaskDefinition": (r) => ({
    arn: arn("ecs", `task-definition/${String(r.inputs.family)}:1`),
    revision: 1,
  }),
  "aws:efs/accessPoint:AccessPoint": (r) => ({ arn: arn("elasticfilesystem", `access-point/${r.name}`) }),
  "aws:efs/backupPolicy:BackupPolicy": none,
  "aws:efs/fileSystemPolicy:FileSystemPolicy": none,
  "aws:iam/instanceProfile:InstanceProfile": (r) => ({
    name: named(r),
    arn: `arn:aws:iam::${account}:instance-profile/${named(r)}`,
  }),
  "aws:iam/role:Role": (r) => ({ name: named(r), arn: `arn:aws:iam::${account}:role/${named(r)}` }),
  "aws:iam/rolePolicy:RolePolicy": none,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": none,
  "aws:imagebuilder/component:Component": (r) => ({
    name: named(r),
    arn: arn("imagebuilder", `component/${named(r)}/1.0.0/1`),
  }),
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": (r) => ({
    name: named(r),
    arn: arn("imagebuilder", `distribution-configuration/${named(r)}`),
  }),
  "aws:imagebuilder/imageRecipe:ImageRecipe": (r) => ({
    name: named(r),
    arn: arn("imagebuilder", `image-recipe/${named(r)}/1.0.0`),
  }),
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": (r) => ({
    name: named(r),
    arn: arn("imagebuilder", `infrastructure-configuration/${named(r)}`),
  }),
  "aws:lb/listener:Listener": (r) => ({ arn: arn("elasticloadbalancing", `listener/app/${r.name}`) }),
  "aws:lb/loadBalancer:LoadBalancer": (r) => ({
    arn: arn("elasticloadbalancing", `loadbalancer/app/${named(r)}/50dc6c49`),
    arnSuffix: `app/${named(r)}/50dc6c49`,
    dnsName: `${named(r)}.us-east-1.elb.amazonaws.com`,
    zoneId: "Z35SXDOTRQ7X7K",
  }),
  "aws:lb/targetGroup:TargetGroup": (r) => ({
    arn: arn("elasticloadbalancing", `targetgroup/${named(r)}/73e2d6bc`),
    arnSuffix: `targetgroup/${named(r)}/73e2d6bc`,
  }),
  "aws:s3/bucket:Bucket": (r) => ({ bucket: named(r), arn: `arn:aws:s3:::${named(r)}` }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": none,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": none,
  "aws:s3/bucketPolicy:BucketPolicy": none,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": none,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": none,
  "aws:s3/bucketVersioning:BucketVersioning": none,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": none,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": none,
  "docker:index/registryImage:RegistryImage": () => ({ sha256Digest: `sha256:${"c".repeat(64)}` }),
  // The id of a store is its ARN.
  "pulumi-nodejs:dynamic/immutable-service:FileSystem": (r) => ({
    id: arn("elasticfilesystem", `file-system/${r.name}-id`),
  }),
  "pulumi-nodejs:dynamic/immutable-service:LogStore": (r) => ({ id: arn("logs", `log-group:${named(r)}`) }),
  "pulumi-nodejs:dynamic/immutable-service:ObjectStore": (r) => ({ id: `arn:aws:s3:::${named(r)}` }),
  "pulumi-nodejs:dynamic/immutable-service:BakedImage": () => ({ image: "ami-0fedcba9876543210" }),
  "pulumi-nodejs:dynamic/immutable-service:Bounds": none,
  "pulumi-nodejs:dynamic/immutable-service:StartSize": ({ inputs }) => ({
    startMin: inputs.min,
    startMax: inputs.max,
    starts: inputs.start,
  }),
  "pulumi-nodejs:dynamic/immutable-service:Gate": ({ inputs }) => ({ passed: inputs.release }),
  "pulumi-nodejs:dynamic/immutable-service:HealthyTargets": ({ inputs }) => ({ passed: inputs.group }),
  "pulumi-nodejs:dynamic/immutable-service:HeaderRule": (r) => ({ rule: ruleArn(r.name) }),
  "pulumi-nodejs:dynamic/immutable-service:HeldInputs": none,
  "aws:ecr/repositoryPolicy:RepositoryPolicy": none,
  "pulumi-nodejs:dynamic/immutable-service:ImageMark": none,
  "pulumi-nodejs:dynamic/immutable-service:ImageRetention": none,
  "pulumi-nodejs:dynamic/immutable-service:Intent": none,
  "pulumi-nodejs:dynamic/immutable-service:Ledger": ledgerOf,
  "pulumi-nodejs:dynamic/immutable-service:AccountCheck": () => ({}),
  "pulumi-nodejs:dynamic/immutable-service:OwnershipMark": () => ({ mark: "0a1b2c3d" }),
  "pulumi-nodejs:dynamic/immutable-service:RegistryImageLookup": () => ({ digest: "" }),
  "pulumi-nodejs:dynamic/immutable-service:EndpointZone": none,
  "pulumi-nodejs:dynamic/immutable-service:ExistingSubnets": none,
  "pulumi-nodejs:dynamic/immutable-service:ClusterRemoval": none,
  "pulumi-nodejs:dynamic/immutable-service:ListenerRemoval": none,
  "pulumi-nodejs:dynamic/immutable-service:LoadBalancerZone": none,
  "pulumi-nodejs:dynamic/immutable-service:MountTarget": none,
  "pulumi-nodejs:dynamic/immutable-service:RedirectRule": (r) => ({ rule: ruleArn(r.name) }),
  "pulumi-nodejs:dynamic/immutable-service:TrafficRule": (r) => ({ rule: ruleArn(r.name), serving: servingOf(r) }),
  "pulumi:providers:docker": none,
};

/** What AWS outputs; undefined for a type that is not known here. */
export const awsOutputs: OutputsOf = (resource) => known[resource.type]?.(resource);

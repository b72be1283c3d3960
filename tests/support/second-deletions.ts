/**
 * What happens when the engine deletes a resource that is gone, because an update was killed after the cloud had deleted it and
 * before that was recorded. Every type that the components create is here.
 */

/** What a second deletion does. */
export type SecondDeletion =
  /** The provider accepts it: tests/engine/second-deletion-*.test.ts, or the source says so. */
  | { readonly accepted: "tested" | { readonly source: string } }
  /** The provider fails, so its resource is retained, and this class of the project's deletes it. */
  | { readonly removedBy: string }
  /** The engine never deletes it alone. */
  | { readonly never: string };

const tested: SecondDeletion = { accepted: "tested" };
const says = (source: string): SecondDeletion => ({ accepted: { source } });
const removedBy = (removal: string): SecondDeletion => ({ removedBy: removal });
const never = (why: string): SecondDeletion => ({ never: why });

const withStore = never("is deleted with its store");
const withGroup = never("is deleted with its group");
const kept = never("is kept when the stack is destroyed");

/** By cloud, module and name in the SDK. */
export const secondDeletions: Readonly<Record<string, SecondDeletion>> = {
  "alicloud.alb.Listener": tested,
  "alicloud.alb.LoadBalancer": says(
    "alicloud/resource_alicloud_alb_load_balancer.go: ResourceNotFound.LoadBalancer, after repeating the request for 5 minutes",
  ),
  "alicloud.alb.LoadBalancerSecurityGroupAttachment": removedBy("LoadBalancerSecurityGroupRemoval"),
  "alicloud.alb.ServerGroup": tested,
  "alicloud.cs.RegistryEnterpriseRepo": kept,
  "alicloud.ecs.EcsLaunchTemplate": removedBy("LaunchTemplateRemoval"),
  "alicloud.ecs.SecurityGroup": tested,
  "alicloud.ecs.SecurityGroupRule": tested,
  "alicloud.ess.EciScalingConfiguration": withGroup,
  "alicloud.ess.LifecycleHook": withGroup,
  "alicloud.ess.ScalingGroup": tested,
  "alicloud.ess.ScalingRule": tested,
  "alicloud.ess.ScheduledTask": tested,
  "alicloud.log.LogTailAttachment": tested,
  "alicloud.log.LogTailConfig": tested,
  "alicloud.log.MachineGroup": removedBy("MachineGroupRemoval"),
  "alicloud.nas.AccessGroup": tested,
  "alicloud.nas.AccessRule": tested,
  "alicloud.nas.MountTarget": tested,
  "alicloud.oss.Bucket": says("alicloud/resource_alicloud_oss_bucket.go: IsBucketExist"),
  "alicloud.oss.BucketAcl": withStore,
  "alicloud.oss.BucketObject": says("alicloud/resource_alicloud_oss_bucket_object.go: the cloud returns No Content"),
  "alicloud.oss.BucketPolicy": withStore,
  "alicloud.oss.BucketPublicAccessBlock": withStore,
  "alicloud.oss.BucketServerSideEncryption": withStore,
  "alicloud.oss.BucketVersioning": withStore,
  "alicloud.ram.Policy": tested,
  "alicloud.ram.Role": tested,
  "alicloud.ram.RolePolicyAttachment": tested,
  "alicloud.vpc.NatGateway": tested,
  "alicloud.vpc.Network": tested,
  "alicloud.vpc.RouteEntry": tested,
  "alicloud.vpc.RouteTable": tested,
  "alicloud.vpc.RouteTableAttachment": tested,
  "alicloud.vpc.SnatEntry": tested,
  "alicloud.vpc.Switch": tested,
  "aws.appautoscaling.Policy": tested,
  "aws.appautoscaling.ScheduledAction": tested,
  "aws.appautoscaling.Target": tested,
  "aws.autoscaling.Group": tested,
  "aws.autoscaling.Policy": tested,
  "aws.autoscaling.Schedule": tested,
  "aws.cloudwatch.LogGroup": tested,
  "aws.ec2.DefaultSecurityGroup": tested,
  "aws.ec2.Eip": tested,
  "aws.ec2.InternetGateway": tested,
  "aws.ec2.LaunchTemplate": tested,
  "aws.ec2.NatGateway": tested,
  "aws.ec2.Route": tested,
  "aws.ec2.RouteTable": tested,
  "aws.ec2.RouteTableAssociation": tested,
  "aws.ec2.SecurityGroup": tested,
  "aws.ec2.Subnet": tested,
  "aws.ec2.Vpc": tested,
  "aws.ec2.VpcEndpoint": tested,
  "aws.ec2.VpcEndpointRouteTableAssociation": tested,
  "aws.ecr.Repository": kept,
  "aws.ecr.RepositoryPolicy": says("internal/service/ecr/repository_policy.go: RepositoryPolicyNotFoundException"),
  "aws.ecs.Cluster": removedBy("ClusterRemoval"),
  "aws.ecs.Service": tested,
  "aws.ecs.TaskDefinition": tested,
  "aws.efs.AccessPoint": tested,
  "aws.efs.BackupPolicy": withStore,
  "aws.efs.FileSystemPolicy": withStore,
  "aws.iam.InstanceProfile": tested,
  "aws.iam.Role": tested,
  "aws.iam.RolePolicy": tested,
  "aws.iam.RolePolicyAttachment": tested,
  "aws.imagebuilder.Component": tested,
  "aws.imagebuilder.DistributionConfiguration": tested,
  "aws.imagebuilder.ImageRecipe": tested,
  "aws.imagebuilder.InfrastructureConfiguration": tested,
  "aws.lb.Listener": removedBy("ListenerRemoval"),
  "aws.lb.LoadBalancer": tested,
  "aws.lb.TargetGroup": tested,
  "aws.s3.Bucket": tested,
  "aws.s3.BucketLifecycleConfiguration": tested,
  "aws.s3.BucketOwnershipControls": tested,
  "aws.s3.BucketPolicy": tested,
  "aws.s3.BucketPublicAccessBlock": tested,
  "aws.s3.BucketServerSideEncryptionConfiguration": tested,
  "aws.s3.BucketVersioning": withStore,
  "aws.vpc.SecurityGroupEgressRule": tested,
  "aws.vpc.SecurityGroupIngressRule": tested,
};

/** The engine's names of a cloud's types whose second deletion the engine tests show. */
export function testedTypes(cloud: string): string[] {
  return Object.entries(secondDeletions).flatMap(([name, kind]) =>
    name.startsWith(`${cloud}.`) && "accepted" in kind && kind.accepted === "tested" ? [engineType(name)] : [],
  );
}

/** The engine's name of a type: `aws:lb/listener:Listener` for `aws.lb.Listener`. */
export function engineType(name: string): string {
  const [cloud = "", module = "", type = ""] = name.split(".");
  return `${cloud}:${module}/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;
}

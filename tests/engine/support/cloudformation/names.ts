/** CloudFormation's names for what Pulumi has under another. */

/** The resource types of the program on AWS that CloudFormation has too. */
export const typeNames: Readonly<Record<string, string>> = {
  "aws:appautoscaling/policy:Policy": "AWS::ApplicationAutoScaling::ScalingPolicy",
  "aws:appautoscaling/target:Target": "AWS::ApplicationAutoScaling::ScalableTarget",
  "aws:autoscaling/group:Group": "AWS::AutoScaling::AutoScalingGroup",
  "aws:autoscaling/policy:Policy": "AWS::AutoScaling::ScalingPolicy",
  "aws:autoscaling/schedule:Schedule": "AWS::AutoScaling::ScheduledAction",
  "aws:cloudwatch/logGroup:LogGroup": "AWS::Logs::LogGroup",
  "aws:ec2/eip:Eip": "AWS::EC2::EIP",
  "aws:ec2/launchTemplate:LaunchTemplate": "AWS::EC2::LaunchTemplate",
  "aws:ec2/natGateway:NatGateway": "AWS::EC2::NatGateway",
  "aws:ec2/route:Route": "AWS::EC2::Route",
  "aws:ec2/securityGroup:SecurityGroup": "AWS::EC2::SecurityGroup",
  "aws:ec2/subnet:Subnet": "AWS::EC2::Subnet",
  "aws:ec2/vpc:Vpc": "AWS::EC2::VPC",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "AWS::EC2::VPCEndpoint",
  "aws:ecr/repository:Repository": "AWS::ECR::Repository",
  "aws:ecs/cluster:Cluster": "AWS::ECS::Cluster",
  "aws:ecs/service:Service": "AWS::ECS::Service",
  "aws:ecs/taskDefinition:TaskDefinition": "AWS::ECS::TaskDefinition",
  "aws:efs/accessPoint:AccessPoint": "AWS::EFS::AccessPoint",
  "aws:iam/instanceProfile:InstanceProfile": "AWS::IAM::InstanceProfile",
  "aws:iam/role:Role": "AWS::IAM::Role",
  "aws:iam/rolePolicy:RolePolicy": "AWS::IAM::RolePolicy",
  "aws:imagebuilder/component:Component": "AWS::ImageBuilder::Component",
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration":
    "AWS::ImageBuilder::DistributionConfiguration",
  "aws:imagebuilder/imageRecipe:ImageRecipe": "AWS::ImageBuilder::ImageRecipe",
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration":
    "AWS::ImageBuilder::InfrastructureConfiguration",
  "aws:lb/listener:Listener": "AWS::ElasticLoadBalancingV2::Listener",
  "aws:lb/loadBalancer:LoadBalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
  "aws:lb/targetGroup:TargetGroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
  "aws:s3/bucket:Bucket": "AWS::S3::Bucket",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "AWS::EC2::SecurityGroupEgress",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "AWS::EC2::SecurityGroupIngress",
};

/** The types that have nothing but ids and switches, or that CloudFormation has as a part of another. */
export const uncheckedTypes: readonly string[] = [
  "aws:appautoscaling/scheduledAction:ScheduledAction",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
  "aws:efs/backupPolicy:BackupPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
];

/** Properties by the inputs' names, where they are not the same; a table for fields that are a group in Pulumi only. */
export const propertyNames: Readonly<
  Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>
> = {
  "AWS::AutoScaling::AutoScalingGroup": { vpcZoneIdentifiers: "VPCZoneIdentifier" },
  "AWS::EC2::SecurityGroup": { description: "GroupDescription" },
  "AWS::EC2::SecurityGroupEgress": { cidrIpv4: "CidrIp" },
  "AWS::EC2::SecurityGroupIngress": { cidrIpv4: "CidrIp" },
  "AWS::ElasticLoadBalancingV2::TargetGroup": {
    healthCheck: {
      path: "HealthCheckPath",
      interval: "HealthCheckIntervalSeconds",
      timeout: "HealthCheckTimeoutSeconds",
      healthyThreshold: "HealthyThresholdCount",
      unhealthyThreshold: "UnhealthyThresholdCount",
      protocol: "HealthCheckProtocol",
    },
  },
};

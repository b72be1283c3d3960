import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ImageBuild } from "../../spec";
import type { Context } from "../context";
import { builderSize } from "../sizing";
import { cheapestInstanceType } from "./instance-types";
import { type PrivateBucket, privateBucket } from "./private-bucket";
import { partitionOf, zonesOf } from "./regions";
import { ec2Principal, serviceRole } from "./roles";
import { emptyDefaultGroup } from "./security-group";
import { tagsOf } from "./tags";

/** Where a service's machine images are built. */
export interface Builders {
  /** The bucket of the recipes' archives. */
  readonly bucket: aws.s3.Bucket;
  readonly subnet: aws.ec2.Subnet;
  /** The instances that Image Builder starts. */
  readonly infrastructure: aws.imagebuilder.InfrastructureConfiguration;
  /** What must be in place before an archive is put into the bucket and an instance is started. */
  readonly dependencies: readonly pulumi.Resource[];
}

/** The builders' VPC connects to no other network, so any range will do; this is the smallest. */
const cidr = "10.254.254.0/28";

/**
 * Registers the network, the bucket and the infrastructure configuration for building a service's images. None of it
 * costs anything between two builds.
 */
export function builders(context: Context, { recipe: { platform } }: ImageBuild): Builders {
  const { name, parent, facts } = context;
  const resource = `${name}-image-builder`;
  const { subnet, securityGroup, dependencies: networkDependencies } = network(context);
  const { bucket, dependencies: bucketDependencies } = archiveBucket(context);
  const { instanceProfile, policy } = builderRole(context, bucket);
  const type = cheapestInstanceType(builderSize, platform === "linux/arm64" ? "arm64" : "x86_64");
  const infrastructure = new aws.imagebuilder.InfrastructureConfiguration(
    resource,
    {
      instanceProfileName: instanceProfile.name,
      ...(type ? { instanceTypes: [type.name] } : {}),
      subnetId: subnet.id,
      securityGroupIds: [securityGroup.id],
      terminateInstanceOnFailure: true,
      instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      // Builders live for minutes, so they do without the user's own tags.
      resourceTags: { service: name, stack: facts.stack, "managed-by": "pulumi" },
      tags: tagsOf(context, resource),
    },
    { parent, dependsOn: [policy] },
  );
  return {
    bucket,
    subnet,
    infrastructure,
    dependencies: [...bucketDependencies, ...networkDependencies, policy],
  };
}

/** A network in which builders reach the internet but nothing reaches them. The service's own may have no egress. */
function network(context: Context): {
  subnet: aws.ec2.Subnet;
  securityGroup: aws.ec2.SecurityGroup;
  dependencies: pulumi.Resource[];
} {
  const { name, parent, facts } = context;
  const resource = `${name}-image-builder`;
  const tags = tagsOf(context, resource);
  const vpc = new aws.ec2.Vpc(
    resource,
    { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags },
    { parent },
  );
  emptyDefaultGroup(`${resource}-default`, vpc.id, parent);
  const [zone] = zonesOf(facts.region) ?? [];
  const subnet = new aws.ec2.Subnet(
    resource,
    {
      vpcId: vpc.id,
      cidrBlock: cidr,
      mapPublicIpOnLaunch: true,
      ...(zone === undefined ? {} : { availabilityZoneId: zone }),
      tags,
    },
    { parent },
  );
  const gateway = new aws.ec2.InternetGateway(resource, { vpcId: vpc.id, tags }, { parent });
  const routeTable = new aws.ec2.RouteTable(resource, { vpcId: vpc.id, tags }, { parent });
  const route = new aws.ec2.Route(
    resource,
    { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    { parent },
  );
  const association = new aws.ec2.RouteTableAssociation(
    resource,
    { routeTableId: routeTable.id, subnetId: subnet.id },
    { parent },
  );
  const securityGroup = new aws.ec2.SecurityGroup(
    resource,
    { vpcId: vpc.id, description: "Image builders: no inbound traffic", tags },
    { parent },
  );
  const egress = new aws.vpc.SecurityGroupEgressRule(
    resource,
    { securityGroupId: securityGroup.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    { parent },
  );
  return { subnet, securityGroup, dependencies: [route, association, egress] };
}

/** The bucket of the recipes' archives. An archive is uploaded for each build that needs it and deleted days later. */
function archiveBucket(context: Context): PrivateBucket {
  const { name, parent } = context;
  const resource = `${name}-image-archives`;
  const { bucket, dependencies } = privateBucket(context, resource, { forceDestroy: true });
  new aws.s3.BucketLifecycleConfiguration(
    resource,
    {
      bucket: bucket.id,
      rules: [
        {
          id: "baked",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: 7 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    { parent },
  );
  return { bucket, dependencies };
}

/**
 * What the Systems Manager agent on a builder needs to receive commands. AWS's managed policy for it would let a recipe
 * read every parameter of the account.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
 */
const agentActions = [
  "ssm:UpdateInstanceInformation",
  "ssm:ListAssociations",
  "ssm:ListInstanceAssociations",
  "ssm:DescribeAssociation",
  "ssm:UpdateAssociationStatus",
  "ssm:UpdateInstanceAssociationStatus",
  "ssm:DescribeDocument",
  "ssm:GetDocument",
  "ssm:GetManifest",
  "ssm:PutConfigurePackageResult",
  "ssm:PutComplianceItems",
  "ssm:PutInventory",
  "ssm:GetDeployablePatchSnapshotForInstance",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "ec2messages:AcknowledgeMessage",
  "ec2messages:DeleteMessage",
  "ec2messages:FailMessage",
  "ec2messages:GetEndpoint",
  "ec2messages:GetMessages",
  "ec2messages:SendReply",
];

/** The role of a builder: it may read its recipe and its component, write its log, and receive commands. */
function builderRole(
  context: Context,
  bucket: aws.s3.Bucket,
): { instanceProfile: aws.iam.InstanceProfile; policy: aws.iam.RolePolicy } {
  const { name, parent, facts } = context;
  const resource = `${name}-image-builder`;
  const partition = partitionOf(facts.region);
  const allow = (Sid: string, Action: string[], ...Resource: pulumi.Input<string>[]) => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  const role = serviceRole(context, resource, ec2Principal(facts.region));
  const policy = new aws.iam.RolePolicy(
    resource,
    {
      role: role.id,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          allow("ReadRecipe", ["s3:GetObject", "s3:ListBucket"], bucket.arn, pulumi.interpolate`${bucket.arn}/*`),
          allow(
            "ReadComponent",
            ["imagebuilder:GetComponent"],
            `arn:${partition}:imagebuilder:${facts.region}:*:component/*`,
          ),
          // The programs that Image Builder installs on its instances.
          allow("ReadTools", ["s3:GetObject"], `arn:${partition}:s3:::ec2imagebuilder*`),
          allow(
            "WriteLog",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            `arn:${partition}:logs:${facts.region}:*:log-group:/aws/imagebuilder/*`,
          ),
          allow("HearOrders", agentActions, "*"),
        ],
      }),
    },
    { parent },
  );
  const instanceProfile = new aws.iam.InstanceProfile(
    resource,
    { role: role.name, tags: tagsOf(context, resource) },
    { parent },
  );
  return { instanceProfile, policy };
}

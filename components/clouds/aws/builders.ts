import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ImageBuild } from "../../spec";
import type { Context } from "../context";
import { tagsOf } from "./tags";
import { domainOf, partitionOf, zonesOf } from "./regions";
import { builderSize } from "../sizing";
import { cheapestInstanceType } from "./instance-types";

/** Where a service's machine images are built. */
export interface Builders {
  /** Where the recipes' archives are. */
  readonly bucket: aws.s3.Bucket;
  readonly subnet: aws.ec2.Subnet;
  /** The machines that Image Builder starts. */
  readonly infrastructure: aws.imagebuilder.InfrastructureConfiguration;
  /** What must be in place before anything is put into the bucket and a machine is started. */
  readonly ready: readonly pulumi.Resource[];
}

/** A VPC of its own meets no other network, so its addresses matter to nobody; the smallest that there is. */
const block = "10.254.254.0/28";

/** Registers the network, the bucket and the machines that build a service's images. Between bakes none of it costs anything. */
export function builders(context: Context, { recipe: { platform } }: ImageBuild): Builders {
  const { name, parent, facts } = context;
  const resource = `${name}-image-builder`;
  const tags = tagsOf(context, resource);
  const { subnet, group, online } = network(context);
  const { bucket, closed } = archives(context);
  const { profile, granted } = builderRole(context, bucket);
  const type = cheapestInstanceType(builderSize, platform === "linux/arm64" ? "arm64" : "x86_64");
  const infrastructure = new aws.imagebuilder.InfrastructureConfiguration(
    resource,
    {
      instanceProfileName: profile.name,
      ...(type ? { instanceTypes: [type.name] } : {}),
      subnetId: subnet.id,
      securityGroupIds: [group.id],
      terminateInstanceOnFailure: true,
      instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
      // The user's own tags are left to what is there for longer than a bake.
      resourceTags: { service: name, stack: facts.stack, "managed-by": "pulumi" },
      tags,
    },
    { parent, dependsOn: [...granted] },
  );
  return { bucket, subnet, infrastructure, ready: [...closed, ...online, ...granted] };
}

/** A way out for what the recipe installs, and no way in. It does not depend on the service's network, which may have no way out. */
function network(context: Context): {
  subnet: aws.ec2.Subnet;
  group: aws.ec2.SecurityGroup;
  online: pulumi.Resource[];
} {
  const { name, parent, facts } = context;
  const resource = `${name}-image-builder`;
  const tags = tagsOf(context, resource);
  const vpc = new aws.ec2.Vpc(
    resource,
    { cidrBlock: block, enableDnsSupport: true, enableDnsHostnames: true, tags },
    { parent },
  );
  const [zone] = zonesOf(facts.region) ?? [];
  const subnet = new aws.ec2.Subnet(
    resource,
    {
      vpcId: vpc.id,
      cidrBlock: block,
      mapPublicIpOnLaunch: true,
      ...(zone === undefined ? {} : { availabilityZoneId: zone }),
      tags,
    },
    { parent },
  );
  const gateway = new aws.ec2.InternetGateway(resource, { vpcId: vpc.id, tags }, { parent });
  const table = new aws.ec2.RouteTable(resource, { vpcId: vpc.id, tags }, { parent });
  const route = new aws.ec2.Route(
    resource,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    { parent },
  );
  const association = new aws.ec2.RouteTableAssociation(
    resource,
    { routeTableId: table.id, subnetId: subnet.id },
    { parent },
  );
  const group = new aws.ec2.SecurityGroup(
    resource,
    { vpcId: vpc.id, description: "Builders of the service's images: nothing comes in", tags },
    { parent },
  );
  const out = new aws.vpc.SecurityGroupEgressRule(
    resource,
    { securityGroupId: group.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    { parent },
  );
  return { subnet, group, online: [route, association, out] };
}

/** Private, encrypted, reached over TLS only. An archive is needed while it is baked and put there again whenever that is; days later it is deleted. */
function archives(context: Context): { bucket: aws.s3.Bucket; closed: pulumi.Resource[] } {
  const { name, parent } = context;
  const resource = `${name}-image-archives`;
  const bucket = new aws.s3.Bucket(resource, { forceDestroy: true, tags: tagsOf(context, resource) }, { parent });
  const args = { bucket: bucket.id };
  const closed = new aws.s3.BucketPublicAccessBlock(
    resource,
    { ...args, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { parent },
  );
  const owned = new aws.s3.BucketOwnershipControls(
    resource,
    { ...args, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent },
  );
  const encrypted = new aws.s3.BucketServerSideEncryptionConfiguration(
    resource,
    { ...args, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  // S3 answers OperationAborted when the policy and the public access block are set at the same time.
  const tls = new aws.s3.BucketPolicy(resource, { ...args, policy }, { parent, dependsOn: [closed] });
  new aws.s3.BucketLifecycleConfiguration(
    resource,
    {
      ...args,
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
  return { bucket, closed: [closed, owned, encrypted, tls] };
}

/**
 * What the agent on a builder needs to be told what to do, and nothing else of Systems Manager: AWS's own policy for it
 * would let a recipe read every parameter of the account.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
 */
const agent = [
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

/** Who a builder is: it may read its recipe and its component, tell its log, and hear what to do. */
function builderRole(
  context: Context,
  bucket: aws.s3.Bucket,
): { profile: aws.iam.InstanceProfile; granted: pulumi.Resource[] } {
  const { name, parent, facts } = context;
  const resource = `${name}-image-builder`;
  const partition = partitionOf(facts.region);
  const may = (Sid: string, Action: string[], ...Resource: pulumi.Input<string>[]) => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
  });
  const service = `ec2.${facts.region.startsWith("cn-") ? domainOf(facts.region) : "amazonaws.com"}`;
  const role = serviceRole(context, resource, service);
  const grant = new aws.iam.RolePolicy(
    resource,
    {
      role: role.id,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          may("ReadRecipe", ["s3:GetObject", "s3:ListBucket"], bucket.arn, pulumi.interpolate`${bucket.arn}/*`),
          may(
            "ReadComponent",
            ["imagebuilder:GetComponent"],
            `arn:${partition}:imagebuilder:${facts.region}:*:component/*`,
          ),
          // Image Builder's own programs.
          may("ReadTools", ["s3:GetObject"], `arn:${partition}:s3:::ec2imagebuilder*`),
          may(
            "WriteLog",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            `arn:${partition}:logs:${facts.region}:*:log-group:/aws/imagebuilder/*`,
          ),
          may("HearOrders", agent, "*"),
        ],
      }),
    },
    { parent },
  );
  const profile = new aws.iam.InstanceProfile(
    resource,
    { role: role.name, tags: tagsOf(context, resource) },
    { parent },
  );
  return { profile, granted: [grant] };
}

/** Registers a role that a service of AWS takes on. */
export function serviceRole(context: Context, resource: string, service: string): aws.iam.Role {
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });
  return new aws.iam.Role(resource, { assumeRolePolicy, tags: tagsOf(context, resource) }, { parent: context.parent });
}

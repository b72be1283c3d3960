import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Context, childContext } from "../context";
import { tagsOf } from "./tags";
import type { Network } from "./network";
import { domainOf } from "./regions";

/** The service's object storage, and its shared file system where one was asked for. */
export interface Files {
  readonly bucket: aws.s3.Bucket;
  readonly share: SharedFileSystem | undefined;
  /** What the app is told: FILES_BUCKET, FILES_REGION, FILES_ENDPOINT, and FILES_PATH where a share is mounted. */
  readonly variables: Record<string, pulumi.Input<string>>;
}

/** A shared file system that instances mount. */
export interface SharedFileSystem {
  readonly fileSystem: aws.efs.FileSystem;
  readonly accessPoint: aws.efs.AccessPoint;
  /** Where instances mount it. */
  readonly path: string;
  /** The doors in each zone: a mount fails before they are there. */
  readonly mountTargets: aws.efs.MountTarget[];
}

/** Registers the service's files; undefined when it asked for none. */
export function files(
  service: Context,
  net: Network,
  instanceSecurityGroupId: pulumi.Output<string>,
): Files | undefined {
  const { spec, facts } = service;
  if (spec.files === undefined) return undefined;
  const context = childContext(service, "files", `${service.name}-files`);
  const store = bucket(context, spec.files.keepVersions);
  const mounted = spec.files.share && share(context, net, instanceSecurityGroupId, spec.files.share.path);
  return {
    bucket: store,
    share: mounted,
    variables: {
      FILES_BUCKET: store.bucket,
      FILES_REGION: facts.region,
      FILES_ENDPOINT: `https://s3.${facts.region}.${domainOf(facts.region)}`,
      ...(mounted ? { FILES_PATH: mounted.path } : {}),
    },
  };
}

/** Private, encrypted, versioned, reached over TLS only. */
function bucket(context: Context, keepVersionsDays: number): aws.s3.Bucket {
  const { name, parent } = context;
  const resource = `${name}-files`;
  const store = new aws.s3.Bucket(resource, { tags: tagsOf(context, resource) }, { parent });
  const args = { bucket: store.id };
  const closed = new aws.s3.BucketPublicAccessBlock(
    resource,
    { ...args, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { parent },
  );
  new aws.s3.BucketOwnershipControls(
    resource,
    { ...args, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    resource,
    { ...args, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
  const versioning = new aws.s3.BucketVersioning(
    resource,
    { ...args, versioningConfiguration: { status: "Enabled" } },
    { parent },
  );
  new aws.s3.BucketLifecycleConfiguration(
    resource,
    {
      ...args,
      rules: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: keepVersionsDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    // Rules about old versions are refused while the bucket keeps none.
    { parent, dependsOn: [versioning] },
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [store.arn, pulumi.interpolate`${store.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  // S3 answers OperationAborted when the policy and the public access block are set at the same time.
  new aws.s3.BucketPolicy(resource, { ...args, policy }, { parent, dependsOn: [closed] });
  return store;
}

/** The user and group that own the share's files, whatever user the app runs as. */
const shareOwner = 1000;

function share(
  context: Context,
  net: Network,
  instanceSecurityGroupId: pulumi.Output<string>,
  path: string,
): SharedFileSystem {
  const { name, parent } = context;
  const resource = `${name}-share`;
  const tags = tagsOf(context, resource);
  const door = new aws.ec2.SecurityGroup(
    resource,
    { vpcId: net.vpcId, description: "The shared file system", tags },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${resource}-in`,
    {
      securityGroupId: door.id,
      ipProtocol: "tcp",
      fromPort: 2049,
      toPort: 2049,
      referencedSecurityGroupId: instanceSecurityGroupId,
    },
    { parent },
  );
  const fileSystem = new aws.efs.FileSystem(
    resource,
    {
      encrypted: true,
      throughputMode: "elastic",
      lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }, { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" }],
      tags,
    },
    { parent },
  );
  new aws.efs.BackupPolicy(resource, { fileSystemId: fileSystem.id, backupPolicy: { status: "ENABLED" } }, { parent });
  const mountTargets = net.privateSubnetIds.map(
    (subnetId, index) =>
      new aws.efs.MountTarget(
        `${resource}-${index + 1}`,
        { fileSystemId: fileSystem.id, subnetId, securityGroups: [door.id] },
        { parent },
      ),
  );
  const owner = { uid: shareOwner, gid: shareOwner };
  const accessPoint = new aws.efs.AccessPoint(
    resource,
    {
      fileSystemId: fileSystem.id,
      posixUser: owner,
      rootDirectory: {
        path: "/service",
        creationInfo: { ownerUid: owner.uid, ownerGid: owner.gid, permissions: "0750" },
      },
      tags,
    },
    { parent },
  );
  return { fileSystem, accessPoint, path, mountTargets };
}

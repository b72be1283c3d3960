import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FilesVariables } from "../app-environment";
import type { ServiceSpec } from "../../spec";
import { type Context, childContext } from "../context";
import { protectionOptions, storeArgs, storeOptions } from "../kept-store";
import { FileSystem } from "./file-system";
import { MountTarget } from "./mount-target";
import type { Network } from "./network";
import { ObjectStore } from "./object-store";
import { protectBucket } from "./private-bucket";
import { consoleOf, domainOf } from "./regions";
import { tagsOf } from "./tags";

/** The service's object storage, and its shared file system if it has one. */
export interface Files {
  readonly bucket: Pick<ObjectStore, "bucket" | "arn">;
  readonly share: SharedFileSystem | undefined;
  /** The app's variables: FILES_BUCKET, FILES_REGION, FILES_ENDPOINT, and FILES_PATH where a share is mounted. */
  readonly variables: FilesVariables;
}

/** A shared file system that instances mount. */
export interface SharedFileSystem {
  readonly fileSystem: { readonly id: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  readonly accessPoint: aws.efs.AccessPoint;
  /** Where instances mount it. */
  readonly path: string;
  /** One per subnet. Instances that start earlier cannot mount the file system. */
  readonly mountTargets: readonly MountTarget[];
}

type FilesSpec = NonNullable<ServiceSpec["files"]>;

/** Registers the service's files; undefined for a service without files. */
export function files(
  service: Context,
  network: Network,
  instanceSecurityGroupId: pulumi.Output<string>,
): Files | undefined {
  const { spec, facts } = service;
  if (spec.files === undefined) return undefined;
  const context = childContext(service, "files", `${service.name}-files`);
  const store = bucket(context, spec.files);
  const mounted = spec.files.share && share(context, network, instanceSecurityGroupId, spec.files.share);
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

/** A private bucket that keeps old versions of its objects for some days. */
function bucket(context: Context, { keepVersions, whenRemoved }: FilesSpec): ObjectStore {
  const { name, parent, facts } = context;
  const resource = `${name}-files`;
  const page = `${consoleOf(facts.region)}/s3/buckets/{id}?region=${facts.region}`;
  const tags = tagsOf(context, resource);
  const store = new ObjectStore(
    resource,
    storeArgs(context, { resource, tags, whenRemoved, page }),
    storeOptions(parent),
  );
  const options = protectionOptions(parent, store);
  protectBucket(resource, store, options);
  const versioning = new aws.s3.BucketVersioning(
    resource,
    { bucket: store.bucket, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  new aws.s3.BucketLifecycleConfiguration(
    resource,
    {
      bucket: store.bucket,
      rules: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: keepVersions },
          // The mark of a deleted object goes once its last version has.
          expiration: { expiredObjectDeleteMarker: true },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    // S3 refuses rules about old versions while versioning is off.
    { ...options, dependsOn: [versioning] },
  );
  return store;
}

/** The user and group that own the share's files, whatever user the app runs as. */
const shareOwner = { uid: 1000, gid: 1000 };

function share(
  context: Context,
  network: Network,
  instanceSecurityGroupId: pulumi.Output<string>,
  { path, whenRemoved }: NonNullable<FilesSpec["share"]>,
): SharedFileSystem {
  const { name, parent, facts } = context;
  const resource = `${name}-share`;
  const page = `${consoleOf(facts.region)}/efs/home?region=${facts.region}#/file-systems/{id}`;
  const tags = tagsOf(context, resource);
  const securityGroup = new aws.ec2.SecurityGroup(
    resource,
    { vpcId: network.vpcId, description: "The shared file system", tags },
    { parent },
  );
  const admitInstances = new aws.vpc.SecurityGroupIngressRule(
    `${resource}-in`,
    {
      securityGroupId: securityGroup.id,
      ipProtocol: "tcp",
      fromPort: 2049,
      toPort: 2049,
      referencedSecurityGroupId: instanceSecurityGroupId,
      tags: tagsOf(context, `${resource}-in`),
    },
    { parent },
  );
  const store = new FileSystem(
    resource,
    storeArgs(context, { resource, tags, whenRemoved, page }),
    storeOptions(parent),
  );
  const fileSystem = { id: store.fileSystemId, arn: store.arn };
  new aws.efs.BackupPolicy(
    resource,
    { fileSystemId: fileSystem.id, backupPolicy: { status: "ENABLED" } },
    protectionOptions(parent, store),
  );
  const policy = protectShare(resource, fileSystem, protectionOptions(parent, store));
  const mountTargets = network.privateSubnets.map(
    (subnet) =>
      new MountTarget(
        `${resource}-${subnet.name}`,
        {
          region: facts.region,
          fileSystem: fileSystem.id,
          subnet: subnet.id,
          securityGroup: securityGroup.id,
        },
        // Nobody reaches the file system before its policy is in force, and a running release reaches it until it is
        // gone.
        { parent, dependsOn: [policy, admitInstances] },
      ),
  );
  const accessPoint = new aws.efs.AccessPoint(
    resource,
    {
      fileSystemId: fileSystem.id,
      posixUser: shareOwner,
      rootDirectory: {
        path: "/service",
        creationInfo: { ownerUid: shareOwner.uid, ownerGid: shareOwner.gid, permissions: "0750" },
      },
      tags,
    },
    { parent },
  );
  return { fileSystem, accessPoint, path, mountTargets };
}

/**
 * Without a policy, every client that reaches a mount target may do everything with the whole file system, without TLS
 * and without an identity. With any policy, a client needs a right of its own, which the app's role has for its access
 * point. This policy grants nothing and names neither role nor access point, so no change of these takes the files from
 * a running release.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
function protectShare(
  resource: string,
  { id, arn }: SharedFileSystem["fileSystem"],
  options: pulumi.CustomResourceOptions,
): aws.efs.FileSystemPolicy {
  const deny = (sid: string, Condition: object) => ({
    Sid: sid,
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"],
    Resource: arn,
    Condition,
  });
  return new aws.efs.FileSystemPolicy(
    resource,
    {
      fileSystemId: id,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        // EFS gives a policy without an id one of its own, which would read back as a change.
        Id: resource,
        Statement: [
          deny("OnlyWithTls", { Bool: { "aws:SecureTransport": "false" } }),
          deny("OnlyThroughAccessPoints", { Null: { "elasticfilesystem:AccessPointArn": "true" } }),
        ],
      }),
    },
    options,
  );
}

import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { type Context, childContext, tagsOf } from "../context";
import { globalName, uniqueName } from "./names";
import type { RandomSuffix } from "./random-suffix";
import type { Network } from "./network";
import { redundancyOf } from "./regions";

/** The service's object storage, and its shared file system where one was asked for. */
export interface Files {
  readonly bucket: pulumi.Output<string>;
  readonly share: SharedFileSystem | undefined;
  /** What the app is told: FILES_BUCKET, FILES_REGION, FILES_ENDPOINT, and FILES_PATH where a share is mounted. */
  readonly variables: Record<string, pulumi.Input<string>>;
}

/** A shared file system that instances mount. */
export interface SharedFileSystem {
  /** The host name of its door. */
  readonly server: pulumi.Output<string>;
  /** Where instances mount it. */
  readonly path: string;
  /** The door: a mount fails before it is there. */
  readonly mountTarget: alicloud.nas.MountTarget;
}

/** Registers the service's files; undefined when it asked for none. */
export function files(service: Context, net: Network, suffix: RandomSuffix): Files | undefined {
  const { spec, facts } = service;
  if (spec.files === undefined) return undefined;
  const context = childContext(service, "files", `${service.name}-files`);
  const name = bucket(context, spec.files.keepVersions, suffix);
  const mounted = spec.files.share && share(context, net, spec.files.share.path);
  return {
    bucket: name,
    share: mounted,
    variables: {
      FILES_BUCKET: name,
      FILES_REGION: facts.region,
      // The internal one: every VPC of the region reaches it, without a way to the internet and without a bill for the traffic.
      FILES_ENDPOINT: `https://oss-${facts.region}-internal.aliyuncs.com`,
      ...(mounted ? { FILES_PATH: mounted.path } : {}),
    },
  };
}

/** What the provider reads back into the bucket although resources of their own set it; it would take each for a change and undo it. */
const setElsewhere = [
  "acl",
  "versioning",
  "serverSideEncryptionRule",
  "corsRules",
  "policy",
  "logging",
  "refererConfig",
  "website",
];

/** Private, encrypted, versioned, reached over TLS only. */
function bucket(context: Context, keepVersionsDays: number, suffix: RandomSuffix): pulumi.Output<string> {
  const { name, parent, facts } = context;
  const resource = `${name}-files`;
  const store = new alicloud.oss.Bucket(
    resource,
    {
      bucket: globalName(context, "bucket", "files", suffix),
      redundancyType: redundancyOf(facts.region),
      lifecycleRules: [
        {
          id: "old-versions",
          prefix: "",
          enabled: true,
          noncurrentVersionExpirations: [{ days: keepVersionsDays }],
          abortMultipartUploads: [{ days: 7 }],
        },
      ],
      tags: tagsOf(context),
    },
    // Another redundancy would be another, empty bucket; what the region could when it was made is what it keeps.
    { parent, ignoreChanges: [...setElsewhere, "redundancyType"] },
  );
  const args = { bucket: store.id };
  const closed = new alicloud.oss.BucketPublicAccessBlock(resource, { ...args, blockPublicAccess: true }, { parent });
  // After the block: they change the same settings.
  new alicloud.oss.BucketAcl(resource, { ...args, acl: "private" }, { parent, dependsOn: [closed] });
  new alicloud.oss.BucketVersioning(resource, { ...args, status: "Enabled" }, { parent });
  new alicloud.oss.BucketServerSideEncryption(resource, { ...args, sseAlgorithm: "AES256" }, { parent });
  const policy = pulumi.jsonStringify({
    Version: "1",
    Statement: [
      {
        Effect: "Deny",
        Principal: ["*"],
        Action: ["oss:*"],
        Resource: [pulumi.interpolate`acs:oss:*:*:${store.id}`, pulumi.interpolate`acs:oss:*:*:${store.id}/*`],
        Condition: { Bool: { "acs:SecureTransport": ["false"] } },
      },
    ],
  });
  new alicloud.oss.BucketPolicy(resource, { ...args, policy }, { parent, dependsOn: [closed] });
  return store.id;
}

/**
 * A general-purpose file system has two doors at most, and each serves the whole VPC, so one has to do for all zones.
 * https://www.alibabacloud.com/help/en/nas/product-overview/limits-6
 */
function share(context: Context, net: Network, path: string): SharedFileSystem {
  const { name, parent } = context;
  const resource = `${name}-share`;
  const access = new alicloud.nas.AccessGroup(
    resource,
    {
      accessGroupName: uniqueName(context, "access group", "share"),
      accessGroupType: "Vpc",
      fileSystemType: "standard",
    },
    { parent },
  );
  const admitted = new alicloud.nas.AccessRule(
    resource,
    // Every address of the VPC: nobody else reaches the door.
    {
      accessGroupName: access.accessGroupName,
      sourceCidrIp: "0.0.0.0/0",
      rwAccessType: "RDWR",
      userAccessType: "no_squash",
      priority: 1,
      fileSystemType: "standard",
    },
    { parent },
  );
  const fileSystem = new alicloud.nas.FileSystem(
    resource,
    // No vpcId or vswitchId: the provider would take them for a change at every update and replace the file system.
    {
      protocolType: "NFS",
      storageType: "Performance",
      fileSystemType: "standard",
      encryptType: 1,
      description: resource,
      recycleBin: { status: "Enable", reservedDays: 3 },
      tags: tagsOf(context),
    },
    { parent },
  );
  const [first = ""] = net.instanceSwitchIds;
  const mountTarget = new alicloud.nas.MountTarget(
    resource,
    {
      fileSystemId: fileSystem.id,
      accessGroupName: access.accessGroupName,
      networkType: "Vpc",
      vpcId: net.vpcId,
      vswitchId: first,
    },
    { parent, dependsOn: [admitted], customTimeouts: { create: "40m", delete: "40m" } },
  );
  return { server: mountTarget.mountTargetDomain, path, mountTarget };
}

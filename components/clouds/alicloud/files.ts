import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import { type Context, childContext, ownerOf, tagsOf } from "./context";
import { globalName, uniqueName } from "./names";
import type { RandomSuffix } from "./random-suffix";
import type { Network } from "./network";
import { privateBucket, requireTls } from "./private-bucket";
import { redundancyOf } from "./regions";

/** The service's object storage, and its shared file system if it has one. */
export interface Files {
  readonly bucket: pulumi.Output<string>;
  readonly share: SharedFileSystem | undefined;
  /** The app's variables: FILES_BUCKET, FILES_REGION, FILES_ENDPOINT, and FILES_PATH where a share is mounted. */
  readonly variables: Record<string, pulumi.Input<string>>;
}

/** A shared file system that instances mount. */
export interface SharedFileSystem {
  /** The host name of its mount target. */
  readonly server: pulumi.Output<string>;
  /** Where instances mount it. */
  readonly path: string;
  /** Instances that start before it exists cannot mount the file system. */
  readonly mountTarget: alicloud.nas.MountTarget;
}

/** Registers the service's files; undefined for a service without files. */
export function files(service: Context, network: Network, suffix: RandomSuffix): Files | undefined {
  const { spec, facts } = service;
  if (spec.files === undefined) return undefined;
  const context = childContext(service, "files", `${service.name}-files`);
  const name = bucket(context, spec.files.keepVersions, suffix);
  const mounted = spec.files.share && share(context, network, spec.files.share.path);
  return {
    bucket: name,
    share: mounted,
    variables: {
      FILES_BUCKET: name,
      FILES_REGION: facts.region,
      // The internal endpoint: every VPC of the region reaches it without internet access, and its traffic is free.
      FILES_ENDPOINT: `https://oss-${facts.region}-internal.aliyuncs.com`,
      ...(mounted ? { FILES_PATH: mounted.path } : {}),
    },
  };
}

/** A private bucket, reachable over TLS only, that keeps old versions of its objects for some days. */
function bucket(context: Context, keepVersionsDays: number, suffix: RandomSuffix): pulumi.Output<string> {
  const { name, parent, facts } = context;
  const resource = `${name}-files`;
  const store = privateBucket(
    context,
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
    },
    // A bucket keeps the redundancy that its region offered at its creation: a change would create a new, empty bucket.
    ["redundancyType"],
  );
  const { id } = store.bucket;
  new alicloud.oss.BucketVersioning(resource, { bucket: id, status: "Enabled" }, { parent });
  requireTls(context, resource, store);
  return id;
}

/**
 * A general-purpose file system has two mount targets at most, and each serves the whole VPC, so all zones share one.
 * https://www.alibabacloud.com/help/en/nas/product-overview/limits-6
 */
function share(context: Context, network: Network, path: string): SharedFileSystem {
  const { name, parent } = context;
  const resource = `${name}-share`;
  const accessGroup = new alicloud.nas.AccessGroup(
    resource,
    {
      accessGroupName: uniqueName(context, "access group", "share"),
      // It has no tags.
      ...(context.mark === undefined ? {} : { description: ownerOf(context.facts, context.mark) }),
      accessGroupType: "Vpc",
      fileSystemType: "standard",
    },
    { parent },
  );
  const accessRule = new alicloud.nas.AccessRule(
    resource,
    // Every address of the VPC: no other address reaches the mount target.
    {
      accessGroupName: accessGroup.accessGroupName,
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
    // No vpcId or vswitchId: the provider would see a change in every update, and replace the file system.
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
  // A release mounts the target of its own zones, so a running one keeps it until it is gone.
  const mountTarget = new alicloud.nas.MountTarget(
    `${resource}-${network.shareSwitch.label}`,
    {
      fileSystemId: fileSystem.id,
      accessGroupName: accessGroup.accessGroupName,
      networkType: "Vpc",
      vpcId: network.vpcId,
      vswitchId: network.shareSwitch.id,
    },
    { parent, dependsOn: [accessRule], customTimeouts: { create: "40m", delete: "40m" } },
  );
  return { server: mountTarget.mountTargetDomain, path, mountTarget };
}

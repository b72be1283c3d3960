import * as alicloud from "@pulumi/alicloud";
import type * as pulumi from "@pulumi/pulumi";
import type { FilesVariables } from "../app-environment";
import type { ServiceSpec } from "../../spec";
import { protectionOptions, storeArgs, storeOptions } from "../kept-store";
import { accessGroupMark } from "./access-group-mark";
import { type Context, childContext, ownDescription, tagsOf } from "./context";
import { FileSystem } from "./file-system";
import { uniqueName } from "./names";
import type { Network } from "./network";
import { ObjectStore } from "./object-store";
import { protectBucket, requireTls } from "./private-bucket";
import { ShareFolder } from "./share-folder";
import { consoleDomain, endpointOf, redundancyOf } from "./regions";

/** The service's object storage, and its shared file system if it has one. */
export interface Files {
  readonly bucket: pulumi.Output<string>;
  readonly share: SharedFileSystem | undefined;
  /** The app's variables: FILES_BUCKET, FILES_REGION, FILES_ENDPOINT, and FILES_PATH where a share is mounted. */
  readonly variables: FilesVariables;
}

/** A shared file system that instances mount. */
export interface SharedFileSystem {
  /** The host name of its mount target. */
  readonly server: pulumi.Output<string>;
  /** The folder of the file system that instances mount. */
  readonly folder: string;
  /** Where instances mount it. */
  readonly path: string;
  /** What instances need to mount it: its mount target and its folder. */
  readonly mountDependencies: readonly pulumi.Resource[];
}

type FilesSpec = NonNullable<ServiceSpec["files"]>;

/** Registers the service's files; undefined for a service without files. */
export function files(service: Context, network: Network): Files | undefined {
  const { spec, facts } = service;
  if (spec.files === undefined) return undefined;
  const context = childContext(service, "files", `${service.name}-files`);
  const name = bucket(context, spec.files);
  const mounted = spec.files.share && share(context, network, spec.files.share);
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
function bucket(context: Context, { keepVersions, whenRemoved }: FilesSpec): pulumi.Output<string> {
  const { name, parent, facts } = context;
  const resource = `${name}-files`;
  const page = `https://oss.${consoleDomain(facts.accountType)}/bucket/oss-${facts.region}/{id}/object`;
  const store = new ObjectStore(
    resource,
    {
      ...storeArgs(context, { resource, tags: tagsOf(context), whenRemoved, page }),
      endpoint: endpointOf(facts, "oss"),
      redundancy: redundancyOf(facts.region),
      keepVersions,
    },
    storeOptions(parent),
  );
  const options = protectionOptions(parent, store);
  const [publicAccessBlock] = protectBucket(resource, store.id, options);
  new alicloud.oss.BucketVersioning(resource, { bucket: store.id, status: "Enabled" }, options);
  requireTls(resource, store.id, { ...options, dependsOn: [publicAccessBlock] });
  return store.id;
}

/** The folder of the share that instances mount. */
const shareFolder = "/service";

/** The user and group that own it: see docs/image-contract.md. */
const shareOwner = { user: 1000, group: 1000 };

/**
 * A general-purpose file system has two mount targets at most, and each serves the whole VPC, so all zones share one.
 * https://www.alibabacloud.com/help/en/nas/product-overview/limits-6
 */
function share(
  context: Context,
  network: Network,
  { path, whenRemoved }: NonNullable<FilesSpec["share"]>,
): SharedFileSystem {
  const { name, parent, facts } = context;
  const resource = `${name}-share`;
  const { description: owner } = ownDescription(context);
  const accessGroup = new alicloud.nas.AccessGroup(
    resource,
    {
      accessGroupName: uniqueName(context, "access group", "share"),
      // It has no tags.
      ...(owner === undefined ? {} : { description: owner.apply(accessGroupMark) }),
      accessGroupType: "Vpc",
      fileSystemType: "standard",
    },
    { parent },
  );
  const accessRule = new alicloud.nas.AccessRule(
    resource,
    // The instances' own range: what is connected to the VPC would reach the mount target too.
    {
      accessGroupName: accessGroup.accessGroupName,
      sourceCidrIp: network.shareRange,
      rwAccessType: "RDWR",
      userAccessType: "no_squash",
      priority: 1,
      fileSystemType: "standard",
    },
    { parent },
  );
  const page = `https://nas.${consoleDomain(facts.accountType)}/${facts.region}/filesystem/{id}`;
  const fileSystem = new FileSystem(
    resource,
    {
      ...storeArgs(context, { resource, tags: tagsOf(context), whenRemoved, page }),
      endpoint: endpointOf(facts, "nas"),
    },
    storeOptions(parent),
  );
  const folder = new ShareFolder(
    `${resource}-folder`,
    { facts, fileSystem: fileSystem.id, folder: shareFolder, owner: shareOwner, permission: "0750" },
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
  return {
    server: mountTarget.mountTargetDomain,
    folder: shareFolder,
    path,
    mountDependencies: [mountTarget, folder],
  };
}

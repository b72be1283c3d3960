import type { HttpRequest, HttpResponse } from "../../http/server";
import { xmlResponse } from "../../protocol/rest";
import { parseXml, toXml } from "../../protocol/xml";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { Bucket } from "./records";
import { blocksPublicAccess } from "./subresource";

/** Creates a bucket; names are taken across all accounts. */
export function createBucket(world: World, name: string, request: HttpRequest): HttpResponse {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    throw new Refusal("InvalidBucketName", `The specified bucket is not valid: ${name}.`);
  if (world.buckets.get(name))
    throw new Refusal(
      "BucketAlreadyExists",
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system.",
      409,
    );
  const { content } = parseXml(request.body.toString("utf8"));
  const config = (typeof content === "object" ? content : {}) as { StorageClass?: string; DataRedundancyType?: string };
  world.buckets.put(
    name,
    new Bucket(
      name,
      request.headers["x-oss-acl"] ?? "private",
      config.StorageClass ?? "Standard",
      config.DataRedundancyType ?? "LRS",
    ),
  );
  return { status: 200, headers: { location: `/${name}` } };
}

/** Sets a bucket's ACL; refuses a public one if the bucket blocks public access. */
export function putAcl(bucket: Bucket, request: HttpRequest): HttpResponse {
  const acl = request.headers["x-oss-acl"] ?? "";
  if (!["private", "public-read", "public-read-write"].includes(acl))
    throw new Refusal("InvalidArgument", `no such bucket access control: ${acl}`);
  if (acl !== "private" && blocksPublicAccess(bucket))
    throw new Refusal("AccessDenied", "Put public bucket acl is not allowed.", 403);
  bucket.acl = acl;
  return { status: 200 };
}

/**
 * Deletes a bucket; refuses if it has objects, older versions, delete markers or unfinished uploads:
 * https://www.alibabacloud.com/help/en/oss/developer-reference/deletebucket
 */
export function deleteBucket(world: World, bucket: Bucket): HttpResponse {
  if (!bucket.isEmpty()) throw new Refusal("BucketNotEmpty", "The bucket you tried to delete is not empty.", 409);
  world.buckets.remove(bucket.name);
  return { status: 204 };
}

/**
 * The buckets with a prefix and a tag (`tag-key`, `tag-value`), as far as they are on one page: 100 by default, 1000 at
 * most. https://www.alibabacloud.com/help/en/oss/developer-reference/listbuckets
 */
export function listBuckets(world: World, query: URLSearchParams): HttpResponse {
  const size = Math.min(Number(query.get("max-keys") ?? 100), 1000);
  const matching = world.buckets
    .where(
      (bucket) =>
        bucket.name.startsWith(query.get("prefix") ?? "") &&
        bucket.name > (query.get("marker") ?? "") &&
        hasTag(bucket, query.get("tag-key"), query.get("tag-value")),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const found = matching.slice(0, size);
  const truncated = found.length < matching.length;
  return xmlResponse(
    toXml("ListAllMyBucketsResult", {
      Owner: owner(world),
      IsTruncated: String(truncated),
      ...(truncated ? { NextMarker: found.at(-1)?.name } : {}),
      Buckets: {
        Bucket: found.map((bucket) => ({
          Name: bucket.name,
          CreationDate: bucket.created,
          Location: `oss-${world.region}`,
          StorageClass: bucket.storageClass,
          Region: world.region,
        })),
      },
    }),
  );
}

function hasTag(bucket: Bucket, key: string | null, value: string | null): boolean {
  if (key === null) return true;
  const { content } = parseXml(bucket.configurations.get("tagging") ?? toXml("Tagging", ""));
  const { TagSet } = (typeof content === "object" ? content : {}) as { TagSet?: { Tag?: Tag | Tag[] } };
  return [TagSet?.Tag ?? []].flat().some((tag) => tag.Key === key && (value === null || tag.Value === value));
}

interface Tag {
  Key: string;
  Value: string;
}

/** A bucket's owner and ACL. */
export function aclDocument(world: World, bucket: Bucket): string {
  return toXml("AccessControlPolicy", { Owner: owner(world), AccessControlList: { Grant: bucket.acl } });
}

/** A bucket with the settings that its configuration documents hold. */
export function infoDocument(world: World, bucket: Bucket): string {
  const setting = (key: string, tag: string) =>
    new RegExp(`<${tag}>([^<]*)<`).exec(bucket.configurations.get(key) ?? "")?.[1];
  const algorithm = setting("encryption", "SSEAlgorithm");
  return toXml("BucketInfo", {
    Bucket: {
      Name: bucket.name,
      CreationDate: bucket.created,
      Location: `oss-${world.region}`,
      ExtranetEndpoint: `oss-${world.region}.aliyuncs.com`,
      IntranetEndpoint: `oss-${world.region}-internal.aliyuncs.com`,
      StorageClass: bucket.storageClass,
      DataRedundancyType: bucket.redundancy,
      Owner: owner(world),
      AccessControlList: { Grant: bucket.acl },
      ...(setting("versioning", "Status") ? { Versioning: setting("versioning", "Status") } : {}),
      TransferAcceleration: setting("transferAcceleration", "Enabled") === "true" ? "Enabled" : "Disabled",
      ServerSideEncryptionRule: {
        SSEAlgorithm: algorithm ?? "None",
        ...(setting("encryption", "KMSMasterKeyID") ? { KMSMasterKeyID: setting("encryption", "KMSMasterKeyID") } : {}),
      },
      BlockPublicAccess: blocksPublicAccess(bucket),
      CrossRegionReplication: "Disabled",
      ResourceGroupId: setting("resourceGroup", "ResourceGroupId") ?? "rg-acfmdefault",
      BucketPolicy: { LogBucket: "", LogPrefix: "" },
      AccessMonitor: setting("accessmonitor", "Status") ?? "Disabled",
    },
  });
}

function owner(world: World) {
  return { ID: world.accountId, DisplayName: world.accountId };
}

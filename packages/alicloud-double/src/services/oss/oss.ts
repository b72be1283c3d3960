import type { HttpRequest, HttpReply } from "../../http/server";
import type { Violation } from "../../call-log";
import { NpmModels } from "../../models/npm";
import { parseContent, parseXml, toXml } from "../../protocol/xml";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { deleteBucket, routeObjects } from "./objects";
import { assertDefined } from "../../values";

/** A bucket: what was said about it, by sub-resource, and its objects. */
export interface Bucket {
  name: string;
  acl: string;
  storageClass: string;
  redundancy: string;
  created: string;
  /** `lifecycle`, `policy`, …: the document as it came. */
  configurations: Map<string, string>;
  objects: Map<string, Buffer>;
}

/** What the router tells of a request for OSS: the name under which it is recorded, and the answer. */
export interface RestCall {
  action: string;
  fields: Record<string, string>;
  violations: Omit<Violation, "service" | "action">[];
  perform: () => Exclude<HttpReply, "drop">;
}

/** A sub-resource of a bucket: the XML element it is made of (none for JSON), and what a bucket has by default: a document, or an error. */
interface Subresource {
  name: string;
  element?: string;
  default?: string;
  missing?: string;
}

const subresources: Record<string, Subresource> = {
  versioning: {
    name: "BucketVersioning",
    element: "VersioningConfiguration",
    default: toXml("VersioningConfiguration", ""),
  },
  encryption: {
    name: "BucketEncryption",
    element: "ServerSideEncryptionRule",
    missing: "NoSuchServerSideEncryptionRule",
  },
  lifecycle: { name: "BucketLifecycle", element: "LifecycleConfiguration", missing: "NoSuchLifecycle" },
  cors: { name: "BucketCors", element: "CORSConfiguration", missing: "NoSuchCORSConfiguration" },
  website: { name: "BucketWebsite", element: "WebsiteConfiguration", missing: "NoSuchWebsiteConfiguration" },
  logging: { name: "BucketLogging", element: "BucketLoggingStatus", default: toXml("BucketLoggingStatus", "") },
  referer: {
    name: "BucketReferer",
    element: "RefererConfiguration",
    default: toXml("RefererConfiguration", { AllowEmptyReferer: "true", RefererList: "" }),
  },
  tagging: { name: "BucketTags", element: "Tagging", default: toXml("Tagging", { TagSet: "" }) },
  policy: { name: "BucketPolicy", missing: "NoSuchBucketPolicy" },
  transferAcceleration: {
    name: "BucketTransferAcceleration",
    element: "TransferAccelerationConfiguration",
    missing: "NoSuchTransferAccelerationConfiguration",
  },
  accessmonitor: {
    name: "BucketAccessMonitor",
    element: "AccessMonitorConfiguration",
    default: toXml("AccessMonitorConfiguration", { Status: "Disabled" }),
  },
  publicAccessBlock: {
    name: "PublicAccessBlock",
    element: "PublicAccessBlockConfiguration",
    default: toXml("PublicAccessBlockConfiguration", { BlockPublicAccess: "false" }),
  },
  requestPayment: {
    name: "BucketRequestPayment",
    element: "RequestPaymentConfiguration",
    default: toXml("RequestPaymentConfiguration", { Payer: "BucketOwner" }),
  },
  resourceGroup: {
    name: "BucketResourceGroup",
    element: "BucketResourceGroupConfiguration",
    default: toXml("BucketResourceGroupConfiguration", { ResourceGroupId: "rg-acfmdefault" }),
  },
  httpsConfig: { name: "BucketHttpsConfig", element: "HttpsConfiguration", missing: "NoSuchHttpsConfig" },
};
const models = new NpmModels("@alicloud/oss20190517");
const noBucket = (name: string) => notFound("NoSuchBucket", name);

/** The bucket that a host name stands for: `name.oss-cn-hangzhou.aliyuncs.com`; none for the service itself. */
export function bucketOf(host: string): string | undefined {
  return /^(.+)\.oss-[a-z0-9-]+\.aliyuncs\.com$/.exec(host)?.[1];
}

/** Finds out what a request for OSS wants. */
export function routeOss(world: World, arrival: HttpRequest): RestCall {
  let name = bucketOf(arrival.host);
  let key = arrival.path.slice(1);
  // An address instead of a name means path style: /bucket/key.
  if (!name && /^[\d.]+$|^localhost$/.test(arrival.host))
    [name, key] = [key.split("/")[0] || undefined, key.split("/").slice(1).join("/")];
  const fields: Record<string, string> = {
    ...Object.fromEntries(arrival.query),
    ...(name ? { bucket: name } : {}),
    ...(key ? { key } : {}),
  };
  const plain = (action: string, perform: RestCall["perform"]): RestCall => ({
    action,
    fields,
    violations: [],
    perform,
  });
  if (!name) return plain("ListBuckets", () => listBuckets(world, arrival.query.get("prefix") ?? ""));
  const bucket = () => world.buckets.require(name, noBucket);
  const sub = Object.keys(subresources).find((one) => arrival.query.has(one));
  if (
    key ||
    arrival.query.has("delete") ||
    arrival.query.has("versions") ||
    arrival.query.has("uploads") ||
    arrival.query.has("list-type")
  )
    return routeObjects(bucket, arrival, key, fields);
  if (sub) return routeSubresource(bucket, assertDefined(subresources[sub]), sub, arrival, fields);
  if (arrival.query.has("acl"))
    return plain(`${verb(arrival)}BucketAcl`, () =>
      arrival.method === "GET" ? xmlResponse(aclDocument(world, bucket())) : putAcl(bucket(), arrival),
    );
  if (arrival.query.has("bucketInfo")) return plain("GetBucketInfo", () => xmlResponse(infoDocument(world, bucket())));
  if (arrival.query.has("location"))
    return plain(
      "GetBucketLocation",
      () => (bucket(), xmlResponse(toXml("LocationConstraint", `oss-${world.region}`))),
    );
  if (arrival.query.has("stat"))
    return plain("GetBucketStat", () =>
      xmlResponse(toXml("BucketStat", { Storage: 0, ObjectCount: bucket().objects.size, MultipartUploadCount: 0 })),
    );
  if (arrival.method === "PUT")
    return {
      ...plain("PutBucket", () => createBucket(world, name, arrival)),
      violations: checkDocument(arrival, "CreateBucketConfiguration"),
    };
  if (arrival.method === "DELETE") return plain("DeleteBucket", () => deleteBucket(world, bucket()));
  return routeObjects(bucket, arrival, "", fields);
}

/** OSS's way of refusing. */
export function ossError(refusal: Refusal, arrival: HttpRequest, requestId: string): Exclude<HttpReply, "drop"> {
  const body = toXml("Error", {
    Code: refusal.code,
    Message: refusal.message,
    RequestId: requestId,
    HostId: arrival.host,
  });
  return {
    status: refusal.status,
    headers: { "content-type": "application/xml" },
    body: arrival.method === "HEAD" ? undefined : body,
  };
}

function routeSubresource(
  bucket: () => Bucket,
  sub: Subresource,
  key: string,
  arrival: HttpRequest,
  fields: Record<string, string>,
): RestCall {
  const perform = (): Exclude<HttpReply, "drop"> => {
    const kept = bucket().configurations;
    if (arrival.method === "GET") {
      const document = kept.get(key) ?? sub.default;
      if (document === undefined) throw notFound(sub.missing ?? "NoSuchConfiguration", key);
      return sub.element
        ? xmlResponse(document)
        : { status: 200, headers: { "content-type": "application/json" }, body: document };
    }
    if (arrival.method === "DELETE") {
      kept.delete(key);
      return { status: 204 };
    }
    const document = arrival.body.toString("utf8");
    if (key === "policy") validatePolicy(bucket(), document);
    kept.set(key, document);
    return { status: 200 };
  };
  return {
    action: verb(arrival) + sub.name,
    fields,
    violations: arrival.method === "PUT" && sub.element ? checkDocument(arrival, sub.element) : [],
    perform,
  };
}

/** The XML that came against the published model of the same name. */
function checkDocument(arrival: HttpRequest, element: string): RestCall["violations"] {
  if (arrival.body.length === 0) return [];
  const { name, content } = parseXml(arrival.body.toString("utf8"));
  if (name !== element) return [{ path: name, detail: `wants <${element}>` }];
  const shape = models.shape(element);
  return shape
    ? parseContent(content, shape).problems.map((problem) => ({
        path: `${element}.${problem.path}`,
        detail: problem.detail,
      }))
    : [];
}

function validatePolicy(bucket: Bucket, document: string): void {
  let policy: { Version?: string; Statement?: { Principal?: unknown; Effect?: string }[] };
  try {
    policy = JSON.parse(document) as typeof policy;
  } catch {
    throw new Refusal("MalformedPolicy", "The policy is not JSON.", 400);
  }
  if (policy.Version !== "1" || !Array.isArray(policy.Statement))
    throw new Refusal("InvalidPolicyDocument", 'The policy needs Version "1" and a Statement.', 400);
  const open = policy.Statement.some(
    (statement) => statement.Effect === "Allow" && JSON.stringify(statement.Principal ?? "").includes('"*"'),
  );
  if (open && blocksPublicAccess(bucket))
    throw new Refusal("AccessDenied", "Put public bucket policy is not allowed: Block Public Access is on.", 403);
}

function createBucket(world: World, name: string, arrival: HttpRequest): Exclude<HttpReply, "drop"> {
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    throw new Refusal("InvalidBucketName", `The specified bucket is not valid: ${name}.`);
  if (world.buckets.get(name))
    throw new Refusal(
      "BucketAlreadyExists",
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system.",
      409,
    );
  const { content } = parseXml(arrival.body.toString("utf8"));
  const config = (typeof content === "object" ? content : {}) as { StorageClass?: string; DataRedundancyType?: string };
  world.buckets.put(name, {
    name,
    acl: arrival.headers["x-oss-acl"] ?? "private",
    storageClass: config.StorageClass ?? "Standard",
    redundancy: config.DataRedundancyType ?? "LRS",
    created: new Date().toISOString(),
    configurations: new Map(),
    objects: new Map(),
  });
  return { status: 200, headers: { location: `/${name}` } };
}

function putAcl(bucket: Bucket, arrival: HttpRequest): Exclude<HttpReply, "drop"> {
  const acl = arrival.headers["x-oss-acl"] ?? "";
  if (!["private", "public-read", "public-read-write"].includes(acl))
    throw new Refusal("InvalidArgument", `no such bucket access control: ${acl}`);
  if (acl !== "private" && blocksPublicAccess(bucket))
    throw new Refusal("AccessDenied", "Put public bucket acl is not allowed.", 403);
  bucket.acl = acl;
  return { status: 200 };
}

function blocksPublicAccess(bucket: Bucket): boolean {
  return /<BlockPublicAccess>true</.test(bucket.configurations.get("publicAccessBlock") ?? "");
}

function listBuckets(world: World, prefix: string): Exclude<HttpReply, "drop"> {
  const found = world.buckets.where((bucket) => bucket.name.startsWith(prefix));
  return xmlResponse(
    toXml("ListAllMyBucketsResult", {
      Owner: owner(world),
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

function aclDocument(world: World, bucket: Bucket): string {
  return toXml("AccessControlPolicy", { Owner: owner(world), AccessControlList: { Grant: bucket.acl } });
}

function infoDocument(world: World, bucket: Bucket): string {
  const said = (key: string, tag: string) =>
    new RegExp(`<${tag}>([^<]*)<`).exec(bucket.configurations.get(key) ?? "")?.[1];
  const algorithm = said("encryption", "SSEAlgorithm");
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
      ...(said("versioning", "Status") ? { Versioning: said("versioning", "Status") } : {}),
      TransferAcceleration: said("transferAcceleration", "Enabled") === "true" ? "Enabled" : "Disabled",
      ServerSideEncryptionRule: {
        SSEAlgorithm: algorithm ?? "None",
        ...(said("encryption", "KMSMasterKeyID") ? { KMSMasterKeyID: said("encryption", "KMSMasterKeyID") } : {}),
      },
      BlockPublicAccess: blocksPublicAccess(bucket),
      CrossRegionReplication: "Disabled",
      ResourceGroupId: said("resourceGroup", "ResourceGroupId") ?? "rg-acfmdefault",
      BucketPolicy: { LogBucket: "", LogPrefix: "" },
      AccessMonitor: said("accessmonitor", "Status") ?? "Disabled",
    },
  });
}

function owner(world: World) {
  return { ID: world.accountId, DisplayName: world.accountId };
}

/** The action's verb as OSS names it. */
function verb(arrival: HttpRequest): string {
  return { GET: "Get", PUT: "Put", DELETE: "Delete", HEAD: "Head", POST: "Post" }[arrival.method] ?? arrival.method;
}

/** An XML document as an answer. */
export function xmlResponse(body: string): Exclude<HttpReply, "drop"> {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

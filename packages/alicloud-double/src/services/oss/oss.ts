import type { Arrival, Departure } from "../../http/server";
import type { Misunderstanding } from "../../call-log";
import { NpmModels } from "../../models/npm";
import { readXml, parseXml, toXml } from "../../protocol/xml";
import { notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import { emptyBucket, objects } from "./objects";
import { must } from "../../values";

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
export interface RestResult {
  action: string;
  fields: Record<string, string>;
  misunderstood: Omit<Misunderstanding, "service" | "action">[];
  answer: () => Exclude<Departure, "drop">;
}

/** A sub-resource of a bucket: the XML element it is made of (none for JSON), and what a bucket has by default: a document, or an error. */
interface Sub {
  name: string;
  element?: string;
  default?: string;
  missing?: string;
}

const SUBS: Record<string, Sub> = {
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
export function routeOss(world: World, arrival: Arrival): RestResult {
  let name = bucketOf(arrival.host),
    key = arrival.path.slice(1);
  // An address instead of a name means path style: /bucket/key.
  if (!name && /^[\d.]+$|^localhost$/.test(arrival.host))
    [name, key] = [key.split("/")[0] || undefined, key.split("/").slice(1).join("/")];
  const fields: Record<string, string> = {
    ...Object.fromEntries(arrival.query),
    ...(name ? { bucket: name } : {}),
    ...(key ? { key } : {}),
  };
  const plain = (action: string, answer: RestResult["answer"]): RestResult => ({
    action,
    fields,
    misunderstood: [],
    answer,
  });
  if (!name) return plain("ListBuckets", () => listBuckets(world, arrival.query.get("prefix") ?? ""));
  const bucket = () => world.buckets.must(name, noBucket);
  const sub = Object.keys(SUBS).find((one) => arrival.query.has(one));
  if (
    key ||
    arrival.query.has("delete") ||
    arrival.query.has("versions") ||
    arrival.query.has("uploads") ||
    arrival.query.has("list-type")
  )
    return objects(bucket, arrival, key, fields);
  if (sub) return subResource(bucket, must(SUBS[sub]), sub, arrival, fields);
  if (arrival.query.has("acl"))
    return plain(`${verb(arrival)}BucketAcl`, () =>
      arrival.method === "GET" ? xml(aclDocument(world, bucket())) : putAcl(bucket(), arrival),
    );
  if (arrival.query.has("bucketInfo")) return plain("GetBucketInfo", () => xml(infoDocument(world, bucket())));
  if (arrival.query.has("location"))
    return plain("GetBucketLocation", () => (bucket(), xml(toXml("LocationConstraint", `oss-${world.region}`))));
  if (arrival.query.has("stat"))
    return plain("GetBucketStat", () =>
      xml(toXml("BucketStat", { Storage: 0, ObjectCount: bucket().objects.size, MultipartUploadCount: 0 })),
    );
  if (arrival.method === "PUT")
    return {
      ...plain("PutBucket", () => createBucket(world, name, arrival)),
      misunderstood: judge(arrival, "CreateBucketConfiguration"),
    };
  if (arrival.method === "DELETE") return plain("DeleteBucket", () => emptyBucket(world, bucket()));
  return objects(bucket, arrival, "", fields);
}

/** OSS's way of refusing. */
export function ossError(refusal: Refusal, arrival: Arrival, requestId: string): Exclude<Departure, "drop"> {
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

function subResource(
  bucket: () => Bucket,
  sub: Sub,
  key: string,
  arrival: Arrival,
  fields: Record<string, string>,
): RestResult {
  const answer = (): Exclude<Departure, "drop"> => {
    const kept = bucket().configurations;
    if (arrival.method === "GET") {
      const document = kept.get(key) ?? sub.default;
      if (document === undefined) throw notFound(sub.missing ?? "NoSuchConfiguration", key);
      return sub.element
        ? xml(document)
        : { status: 200, headers: { "content-type": "application/json" }, body: document };
    }
    if (arrival.method === "DELETE") {
      kept.delete(key);
      return { status: 204 };
    }
    const document = arrival.body.toString("utf8");
    if (key === "policy") judgePolicy(bucket(), document);
    kept.set(key, document);
    return { status: 200 };
  };
  return {
    action: verb(arrival) + sub.name,
    fields,
    misunderstood: arrival.method === "PUT" && sub.element ? judge(arrival, sub.element) : [],
    answer,
  };
}

/** The XML that came against the published model of the same name. */
function judge(arrival: Arrival, element: string): RestResult["misunderstood"] {
  if (arrival.body.length === 0) return [];
  const { name, content } = parseXml(arrival.body.toString("utf8"));
  if (name !== element) return [{ path: name, detail: `wants <${element}>` }];
  const shape = models.shape(element);
  return shape
    ? readXml(content, shape).problems.map((problem) => ({
        path: `${element}.${problem.path}`,
        detail: problem.detail,
      }))
    : [];
}

function judgePolicy(bucket: Bucket, document: string): void {
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
  if (open && blocked(bucket))
    throw new Refusal("AccessDenied", "Put public bucket policy is not allowed: Block Public Access is on.", 403);
}

function createBucket(world: World, name: string, arrival: Arrival): Exclude<Departure, "drop"> {
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

function putAcl(bucket: Bucket, arrival: Arrival): Exclude<Departure, "drop"> {
  const acl = arrival.headers["x-oss-acl"] ?? "";
  if (!["private", "public-read", "public-read-write"].includes(acl))
    throw new Refusal("InvalidArgument", `no such bucket access control: ${acl}`);
  if (acl !== "private" && blocked(bucket))
    throw new Refusal("AccessDenied", "Put public bucket acl is not allowed.", 403);
  bucket.acl = acl;
  return { status: 200 };
}

function blocked(bucket: Bucket): boolean {
  return /<BlockPublicAccess>true</.test(bucket.configurations.get("publicAccessBlock") ?? "");
}

function listBuckets(world: World, prefix: string): Exclude<Departure, "drop"> {
  const found = world.buckets.where((bucket) => bucket.name.startsWith(prefix));
  return xml(
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
      BlockPublicAccess: blocked(bucket),
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
function verb(arrival: Arrival): string {
  return { GET: "Get", PUT: "Put", DELETE: "Delete", HEAD: "Head", POST: "Post" }[arrival.method] ?? arrival.method;
}

/** An XML document as an answer. */
export function xml(body: string): Exclude<Departure, "drop"> {
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

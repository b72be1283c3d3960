import type { HttpRequest, HttpResponse } from "../../http/server";
import { NpmModels } from "../../models/npm";
import { xmlResponse, type RestCall } from "../../protocol/rest";
import { parseContent, parseXml, toXml } from "../../protocol/xml";
import { notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import type { Bucket } from "./records";

/** A sub-resource of a bucket: one configuration document. */
interface Subresource {
  /** Its name in the names of actions. */
  name: string;
  /** The root element of its document; undefined if the document is JSON. */
  element?: string;
  /** The document of a new bucket. */
  default?: string;
  /** The code of the refusal if the bucket has no document. */
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

/** The sub-resource that a request names in its query; undefined if none. */
export function subresourceIn(query: URLSearchParams): string | undefined {
  return Object.keys(subresources).find((key) => query.has(key));
}

/** Gets, puts or deletes the configuration document of a sub-resource. */
export function routeSubresource(
  bucket: () => Bucket,
  key: string,
  request: HttpRequest,
  fields: Record<string, string>,
): RestCall {
  const subresource = assertDefined(subresources[key]);
  const { name, element } = subresource;
  const perform = (): HttpResponse => {
    const documents = bucket().configurations;
    if (request.method === "GET") {
      const document = documents.get(key) ?? subresource.default;
      if (document === undefined) throw notFound(subresource.missing ?? "NoSuchConfiguration", key);
      return element
        ? xmlResponse(document)
        : { status: 200, headers: { "content-type": "application/json" }, body: document };
    }
    if (request.method === "DELETE") {
      documents.delete(key);
      return { status: 204 };
    }
    const document = request.body.toString("utf8");
    if (key === "policy") validatePolicy(bucket(), document);
    if (key === "tagging") validateTags(document);
    documents.set(key, document);
    return { status: 200 };
  };
  const violations = request.method === "PUT" && element ? checkDocument(request, element) : [];
  return { action: verb(request) + name, fields, violations, perform };
}

/** Checks a request's XML document against the published model with the name of its root element. */
export function checkDocument(request: HttpRequest, element: string): RestCall["violations"] {
  if (request.body.length === 0) return [];
  const { name, content } = parseXml(request.body.toString("utf8"));
  if (name !== element) return [{ path: name, detail: `expected <${element}>` }];
  const model = models.shape(element);
  if (!model) return [];
  return parseContent(content, model).problems.map(({ path, detail }) => ({ path: `${element}.${path}`, detail }));
}

/** https://www.alibabacloud.com/help/en/oss/developer-reference/bucket-tagging-4 */
function validateTags(document: string): void {
  const keys = [...document.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
  if (keys.length > 20) throw new Refusal("InvalidTag", "The number of tags is above 20.");
  for (const key of keys)
    if (key === "" || key.length > 64 || /^(https?:\/\/|aliyun)/i.test(key))
      throw new Refusal("InvalidTag", `The tag's key is not valid: ${key}.`);
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

/** Whether the bucket blocks public access. */
export function blocksPublicAccess(bucket: Bucket): boolean {
  return /<BlockPublicAccess>true</.test(bucket.configurations.get("publicAccessBlock") ?? "");
}

/** The verb in the name of an action. */
export function verb(request: HttpRequest): string {
  return { GET: "Get", PUT: "Put", DELETE: "Delete", HEAD: "Head", POST: "Post" }[request.method] ?? request.method;
}

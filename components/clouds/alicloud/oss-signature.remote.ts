import { createHash, createHmac } from "node:crypto";
import type { CredentialModel } from "@alicloud/credentials";

/** An object in OSS. */
export interface OssObject {
  readonly bucket: string;
  /** The object's key. */
  readonly object: string;
  readonly region: string;
}

/** The keys that sign. */
export type SigningKeys = Pick<CredentialModel, "accessKeyId" | "accessKeySecret" | "securityToken">;

/** A request to OSS, as far as its signature covers it. */
export interface OssRequest {
  readonly method: string;
  readonly region: string;
  /** Undefined for the list of buckets. */
  readonly bucket: string | undefined;
  readonly object: string;
  /** A parameter without a value is an empty string. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. The signature covers `content-type`, `content-md5` and those that begin with `x-oss-`. */
  readonly headers: Readonly<Record<string, string>>;
}

const algorithm = "OSS4-HMAC-SHA256";

/**
 * A URL by which anyone can download the object for so many seconds, within the region's network.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
 */
export function signedUrl({ bucket, object, region }: OssObject, keys: SigningKeys, seconds: number): string {
  const { accessKeyId = "", securityToken = "" } = keys;
  const date = dateOf(new Date());
  const query = {
    "x-oss-credential": [accessKeyId, ...scopeOf(date, region)].join("/"),
    "x-oss-date": date,
    "x-oss-expires": String(seconds),
    ...(securityToken === "" ? {} : { "x-oss-security-token": securityToken }),
    "x-oss-signature-version": algorithm,
  };
  const signature = signatureOf({ method: "GET", region, bucket, object, query, headers: {} }, keys, date);
  return `https://${bucket}.oss-${region}-internal.aliyuncs.com/${pathOf(object)}?${queryOf(query)}&x-oss-signature=${signature}`;
}

/**
 * The headers of a signed request.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 */
export function signedHeaders(request: OssRequest, keys: SigningKeys, time = new Date()): Record<string, string> {
  const { accessKeyId = "", securityToken = "" } = keys;
  const date = dateOf(time);
  const headers = {
    ...request.headers,
    "x-oss-date": date,
    "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
    ...(securityToken === "" ? {} : { "x-oss-security-token": securityToken }),
  };
  const credential = [accessKeyId, ...scopeOf(date, request.region)].join("/");
  const signature = signatureOf({ ...request, headers }, keys, date);
  return { ...headers, authorization: `${algorithm} Credential=${credential},Signature=${signature}` };
}

/** An object's key in a URL. */
export function pathOf(object: string): string {
  return object.split("/").map(encode).join("/");
}

/** The query of a URL, in the order that the signature requires. */
export function queryOf(query: OssRequest["query"]): string {
  return Object.entries(query)
    .map(([name, value]) => [encode(name), value === "" ? "" : `=${encode(value)}`] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map((parts) => parts.join(""))
    .join("&");
}

function signatureOf(request: OssRequest, { accessKeySecret = "" }: SigningKeys, date: string): string {
  const { method, region, bucket, object, query, headers } = request;
  const scope = scopeOf(date, region);
  const signed = Object.entries(headers)
    .filter(([name]) => /^(content-type|content-md5|x-oss-.*)$/.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const resource = bucket === undefined ? "/" : `/${bucket}/${pathOf(object)}`;
  const canonical = [method, resource, queryOf(query), signed.join(""), "", "UNSIGNED-PAYLOAD"].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const key = scope.reduce<string | Buffer>(
    (previous, part) => hmac(previous, part).digest(),
    `aliyun_v4${accessKeySecret}`,
  );
  return hmac(key, [algorithm, date, scope.join("/"), hash].join("\n")).digest("hex");
}

function dateOf(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}

function scopeOf(date: string, region: string): string[] {
  return [date.slice(0, 8), region, "oss", "aliyun_v4_request"];
}

function hmac(key: string | Buffer, text: string) {
  return createHmac("sha256", key).update(text);
}

/** Percent-encodes all but unreserved characters, also those that encodeURIComponent keeps. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

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

/**
 * A URL by which anyone can download the object for so many seconds, within the region's network.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
 */
export function signedUrl({ bucket, object, region }: OssObject, keys: SigningKeys, seconds: number): string {
  const { accessKeyId = "", accessKeySecret = "", securityToken = "" } = keys;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [date.slice(0, 8), region, "oss", "aliyun_v4_request"];
  // In alphabetical order, which the signature requires.
  const parameters = {
    "x-oss-credential": [accessKeyId, ...scope].join("/"),
    "x-oss-date": date,
    "x-oss-expires": String(seconds),
    ...(securityToken === "" ? {} : { "x-oss-security-token": securityToken }),
    "x-oss-signature-version": "OSS4-HMAC-SHA256",
  };
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&");
  const request = ["GET", `/${bucket}/${object}`, query, "", "", "UNSIGNED-PAYLOAD"].join("\n");
  const text = ["OSS4-HMAC-SHA256", date, scope.join("/"), createHash("sha256").update(request).digest("hex")].join(
    "\n",
  );
  const key = scope.reduce<string | Buffer>(
    (previous, part) => hmac(previous, part).digest(),
    `aliyun_v4${accessKeySecret}`,
  );
  const signature = hmac(key, text).digest("hex");
  return `https://${bucket}.oss-${region}-internal.aliyuncs.com/${object}?${query}&x-oss-signature=${signature}`;
}

function hmac(key: string | Buffer, text: string) {
  return createHmac("sha256", key).update(text);
}

/** Percent-encodes all but unreserved characters, also those that encodeURIComponent keeps. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

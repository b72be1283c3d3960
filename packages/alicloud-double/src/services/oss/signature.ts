import { createHash, createHmac } from "node:crypto";
import { defaultKey } from "../../accounts";
import type { HttpRequest } from "../../http/server";
import { Refusal } from "../../refusal";

const version = "OSS4-HMAC-SHA256";

/**
 * Refuses to serve an object to an anonymous request, or for a signed URL that is expired or wrong. URLs are checked
 * because programs sign them themselves; a signature in the headers, which an SDK computes, is accepted as it is.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/add-signatures-to-urls
 */
export function checkSignature(request: HttpRequest, bucket: string, key: string): void {
  const { query, headers } = request;
  const signature = query.get("x-oss-signature");
  if (signature === null) {
    if (headers["authorization"] || query.has("Signature")) return;
    throw new Refusal("AccessDenied", "You have no right to access this object because of bucket acl.", 403);
  }
  if (query.get("x-oss-signature-version") !== version) throw new Refusal("InvalidArgument", "x-oss-signature-version");
  const age = Date.now() - parseDate(query.get("x-oss-date") ?? "");
  if (Number.isNaN(age) || age < -15 * 60_000 || age > Number(query.get("x-oss-expires")) * 1000)
    throw new Refusal("AccessDenied", "Request has expired.", 403);
  // The default key's secret is the key itself, and no other can sign a URL.
  if (signatureOf(request.method, query, bucket, key, defaultKey) !== signature)
    throw new Refusal(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
      403,
    );
}

/** The signature, version 4, of a URL with the given query. */
export function signatureOf(
  method: string,
  query: URLSearchParams,
  bucket: string,
  key: string,
  secret: string,
): string {
  const signed = [...query].filter(([name]) => name !== "x-oss-signature");
  const request = [
    method,
    `/${bucket}/${key.split("/").map(encode).join("/")}`,
    signed
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&"),
    "",
    "",
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const scope = (query.get("x-oss-credential") ?? "").split("/").slice(1);
  const requestHash = createHash("sha256").update(request).digest("hex");
  const toSign = [version, query.get("x-oss-date") ?? "", scope.join("/"), requestHash].join("\n");
  const signingKey = scope.reduce<string | Buffer>(
    (previous, part) => createHmac("sha256", previous).update(part).digest(),
    `aliyun_v4${secret}`,
  );
  return createHmac("sha256", signingKey).update(toSign).digest("hex");
}

/** Milliseconds since 1970 of a date like 20260301T102030Z; NaN if it has another format. */
function parseDate(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

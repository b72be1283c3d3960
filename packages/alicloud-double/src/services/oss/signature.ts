import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "../../http/server";
import { Refusal } from "../../refusal";

/** The secret of whoever asks the double. */
const accessKeySecret = "double";

/**
 * Judges who asks for an object: a request is signed in its headers, whose signature the double takes as it is, or in its
 * address, which it checks, as such an address is made by the program itself.
 */
export function checkSignature(arrival: HttpRequest, bucket: string, key: string): void {
  const { query } = arrival;
  const signature = query.get("x-oss-signature");
  if (signature === null) {
    if (arrival.headers["authorization"] || query.has("Signature")) return;
    throw new Refusal("AccessDenied", "You have no right to access this object because of bucket acl.", 403);
  }
  if (query.get("x-oss-signature-version") !== "OSS4-HMAC-SHA256")
    throw new Refusal("InvalidArgument", "x-oss-signature-version");
  const date = query.get("x-oss-date") ?? "";
  const scope = (query.get("x-oss-credential") ?? "").split("/").slice(1);
  const from = Date.parse(date.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const age = Date.now() - from;
  if (Number.isNaN(age) || age < -15 * 60_000 || age > Number(query.get("x-oss-expires")) * 1000)
    throw new Refusal("AccessDenied", "Request has expired.", 403);
  const encoded = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const sorted = [...query]
    .filter(([name]) => name !== "x-oss-signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
  const asked = [
    arrival.method,
    `/${bucket}/${key.split("/").map(encoded).join("/")}`,
    sorted,
    "",
    "",
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const toSign = ["OSS4-HMAC-SHA256", date, scope.join("/"), createHash("sha256").update(asked).digest("hex")].join(
    "\n",
  );
  let signingKey: Buffer = Buffer.from(`aliyun_v4${accessKeySecret}`);
  for (const part of scope) signingKey = createHmac("sha256", signingKey).update(part).digest();
  if (createHmac("sha256", signingKey).update(toSign).digest("hex") !== signature)
    throw new Refusal(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
      403,
    );
}

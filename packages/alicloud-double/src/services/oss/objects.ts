import { createHash } from "node:crypto";
import type { HttpRequest, HttpReply } from "../../http/server";
import { parseXml, toXml } from "../../protocol/xml";
import { inUse, notFound } from "../../refusal";
import type { World } from "../../world";
import { checkSignature } from "./signature";
import { xmlResponse, type Bucket, type RestCall } from "./oss";

/** The objects of a bucket: put, got, listed and deleted, so that a bucket that is not empty is refused its deletion. */
export function routeObjects(
  bucket: () => Bucket,
  arrival: HttpRequest,
  key: string,
  fields: Record<string, string>,
): RestCall {
  const plain = (action: string, perform: RestCall["perform"]): RestCall => ({
    action,
    fields,
    violations: [],
    perform,
  });
  if (!key) {
    if (arrival.query.has("delete")) return plain("DeleteMultipleObjects", () => deleteObjects(bucket(), arrival));
    if (arrival.query.has("versions"))
      return plain("ListObjectVersions", () =>
        xmlResponse(
          toXml("ListVersionsResult", {
            Name: bucket().name,
            IsTruncated: "false",
            Version: listObjects(bucket(), arrival).map((one) => ({ ...one, VersionId: "null", IsLatest: "true" })),
          }),
        ),
      );
    if (arrival.query.has("uploads"))
      return plain("ListMultipartUploads", () =>
        xmlResponse(toXml("ListMultipartUploadsResult", { Bucket: bucket().name, IsTruncated: "false" })),
      );
    return plain("ListObjects", () =>
      xmlResponse(
        toXml("ListBucketResult", {
          Name: bucket().name,
          Prefix: arrival.query.get("prefix") ?? "",
          MaxKeys: 1000,
          IsTruncated: "false",
          KeyCount: listObjects(bucket(), arrival).length,
          Contents: listObjects(bucket(), arrival),
        }),
      ),
    );
  }
  switch (arrival.method) {
    case "PUT":
      return plain(
        "PutObject",
        () => (bucket().objects.set(key, arrival.body), { status: 200, headers: { etag: etag(arrival.body) } }),
      );
    case "DELETE":
      return plain("DeleteObject", () => (bucket().objects.delete(key), { status: 204 }));
    default:
      return plain(arrival.method === "HEAD" ? "HeadObject" : "GetObject", () => getObject(bucket(), key, arrival));
  }
}

/** Deletes a bucket that is empty. */
export function deleteBucket(world: World, bucket: Bucket): Exclude<HttpReply, "drop"> {
  if (bucket.objects.size > 0)
    throw Object.assign(inUse("BucketNotEmpty", "The bucket you tried to delete is not empty."), { status: 409 });
  world.buckets.remove(bucket.name);
  return { status: 204 };
}

function getObject(bucket: Bucket, key: string, arrival: HttpRequest): Exclude<HttpReply, "drop"> {
  checkSignature(arrival, bucket.name, key);
  const content = bucket.objects.get(key);
  if (!content) throw notFound("NoSuchKey", key);
  const headers = {
    etag: etag(content),
    "content-length": String(content.length),
    "last-modified": new Date().toUTCString(),
    "x-oss-object-type": "Normal",
  };
  return { status: 200, headers, body: arrival.method === "HEAD" ? undefined : content };
}

function deleteObjects(bucket: Bucket, arrival: HttpRequest): Exclude<HttpReply, "drop"> {
  const { content } = parseXml(arrival.body.toString("utf8"));
  const keys = [(content as { Object?: { Key: string } | { Key: string }[] }).Object ?? []]
    .flat()
    .map((one) => one.Key);
  for (const key of keys) bucket.objects.delete(key);
  return xmlResponse(toXml("DeleteResult", { Deleted: keys.map((Key) => ({ Key })) }));
}

function listObjects(bucket: Bucket, arrival: HttpRequest) {
  return [...bucket.objects]
    .filter(([key]) => key.startsWith(arrival.query.get("prefix") ?? ""))
    .map(([Key, content]) => ({
      Key,
      Size: content.length,
      ETag: etag(content),
      Type: "Normal",
      StorageClass: bucket.storageClass,
      LastModified: bucket.created,
    }));
}

function etag(content: Buffer): string {
  return `"${createHash("md5").update(content).digest("hex").toUpperCase()}"`;
}

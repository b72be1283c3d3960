import { createHash } from "node:crypto";
import type { Arrival, Departure } from "../../http/server";
import { parseXml, toXml } from "../../protocol/xml";
import { inUse, notFound } from "../../refusal";
import type { World } from "../../world";
import { judgeSignature } from "./signature";
import { xml, type Bucket, type RestResult } from "./oss";

/** The objects of a bucket: put, got, listed and deleted, so that a bucket that is not empty is refused its deletion. */
export function objects(
  bucket: () => Bucket,
  arrival: Arrival,
  key: string,
  fields: Record<string, string>,
): RestResult {
  const plain = (action: string, answer: RestResult["answer"]): RestResult => ({
    action,
    fields,
    misunderstood: [],
    answer,
  });
  if (!key) {
    if (arrival.query.has("delete")) return plain("DeleteMultipleObjects", () => deleteMany(bucket(), arrival));
    if (arrival.query.has("versions"))
      return plain("ListObjectVersions", () =>
        xml(
          toXml("ListVersionsResult", {
            Name: bucket().name,
            IsTruncated: "false",
            Version: list(bucket(), arrival).map((one) => ({ ...one, VersionId: "null", IsLatest: "true" })),
          }),
        ),
      );
    if (arrival.query.has("uploads"))
      return plain("ListMultipartUploads", () =>
        xml(toXml("ListMultipartUploadsResult", { Bucket: bucket().name, IsTruncated: "false" })),
      );
    return plain("ListObjects", () =>
      xml(
        toXml("ListBucketResult", {
          Name: bucket().name,
          Prefix: arrival.query.get("prefix") ?? "",
          MaxKeys: 1000,
          IsTruncated: "false",
          KeyCount: list(bucket(), arrival).length,
          Contents: list(bucket(), arrival),
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
      return plain(arrival.method === "HEAD" ? "HeadObject" : "GetObject", () => get(bucket(), key, arrival));
  }
}

/** Deletes a bucket that is empty. */
export function emptyBucket(world: World, bucket: Bucket): Exclude<Departure, "drop"> {
  if (bucket.objects.size > 0)
    throw Object.assign(inUse("BucketNotEmpty", "The bucket you tried to delete is not empty."), { status: 409 });
  world.buckets.remove(bucket.name);
  return { status: 204 };
}

function get(bucket: Bucket, key: string, arrival: Arrival): Exclude<Departure, "drop"> {
  judgeSignature(arrival, bucket.name, key);
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

function deleteMany(bucket: Bucket, arrival: Arrival): Exclude<Departure, "drop"> {
  const { content } = parseXml(arrival.body.toString("utf8"));
  const keys = [(content as { Object?: { Key: string } | { Key: string }[] }).Object ?? []]
    .flat()
    .map((one) => one.Key);
  for (const key of keys) bucket.objects.delete(key);
  return xml(toXml("DeleteResult", { Deleted: keys.map((Key) => ({ Key })) }));
}

function list(bucket: Bucket, arrival: Arrival) {
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

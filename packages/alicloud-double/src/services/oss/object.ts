import { createHash } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../http/server";
import { xmlResponse, type RestCall } from "../../protocol/rest";
import { parseXml, toXml } from "../../protocol/xml";
import { notFound } from "../../refusal";
import type { Bucket } from "./records";
import { checkSignature } from "./signature";

/** Finds the action on an object, or on all objects of a bucket if the key is empty. */
export function routeObjects(
  bucket: () => Bucket,
  request: HttpRequest,
  key: string,
  fields: Record<string, string>,
): RestCall {
  const call = (action: string, perform: RestCall["perform"]): RestCall => ({
    action,
    fields,
    violations: [],
    perform,
  });
  if (!key) {
    const { query } = request;
    if (query.has("delete")) return call("DeleteMultipleObjects", () => deleteObjects(bucket(), request));
    if (query.has("versions")) return call("ListObjectVersions", () => listVersions(bucket(), query));
    if (query.has("uploads"))
      return call("ListMultipartUploads", () =>
        xmlResponse(toXml("ListMultipartUploadsResult", { Bucket: bucket().name, IsTruncated: "false" })),
      );
    return call("ListObjects", () => listObjects(bucket(), query));
  }
  switch (request.method) {
    case "PUT":
      return call("PutObject", () => {
        bucket().objects.set(key, request.body);
        return { status: 200, headers: { etag: etag(request.body) } };
      });
    case "DELETE":
      return call("DeleteObject", () => {
        bucket().objects.delete(key);
        return { status: 204 };
      });
    default:
      return call(request.method === "HEAD" ? "HeadObject" : "GetObject", () => getObject(bucket(), key, request));
  }
}

function getObject(bucket: Bucket, key: string, request: HttpRequest): HttpResponse {
  checkSignature(request, bucket.name, key);
  const content = bucket.objects.get(key);
  if (!content) throw notFound("NoSuchKey", key);
  const headers = {
    etag: etag(content),
    "content-length": String(content.length),
    "last-modified": new Date().toUTCString(),
    "x-oss-object-type": "Normal",
  };
  return { status: 200, headers, body: request.method === "HEAD" ? undefined : content };
}

function deleteObjects(bucket: Bucket, request: HttpRequest): HttpResponse {
  const { content } = parseXml(request.body.toString("utf8"));
  const keys = [(content as { Object?: { Key: string } | { Key: string }[] }).Object ?? []]
    .flat()
    .map((object) => object.Key);
  for (const key of keys) bucket.objects.delete(key);
  return xmlResponse(toXml("DeleteResult", { Deleted: keys.map((Key) => ({ Key })) }));
}

function listObjects(bucket: Bucket, query: URLSearchParams): HttpResponse {
  const contents = objectsIn(bucket, query);
  return xmlResponse(
    toXml("ListBucketResult", {
      Name: bucket.name,
      Prefix: query.get("prefix") ?? "",
      MaxKeys: 1000,
      IsTruncated: "false",
      KeyCount: contents.length,
      Contents: contents,
    }),
  );
}

function listVersions(bucket: Bucket, query: URLSearchParams): HttpResponse {
  return xmlResponse(
    toXml("ListVersionsResult", {
      Name: bucket.name,
      IsTruncated: "false",
      Version: objectsIn(bucket, query).map((object) => ({ ...object, VersionId: "null", IsLatest: "true" })),
    }),
  );
}

function objectsIn(bucket: Bucket, query: URLSearchParams) {
  return [...bucket.objects]
    .filter(([key]) => key.startsWith(query.get("prefix") ?? ""))
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

import type { HttpRequest, HttpResponse } from "../../http/server";
import { xmlResponse, type RestCall } from "../../protocol/rest";
import { parseXml, toXml } from "../../protocol/xml";
import { notFound } from "../../refusal";
import { etag } from "./etag";
import { listObjects, listUploads, listVersions } from "./object-list";
import type { Bucket } from "./records";
import { checkSignature } from "./signature";
import { uploadActions } from "./upload";

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
  const { query } = request;
  if (!key) {
    if (query.has("delete")) return call("DeleteMultipleObjects", () => deleteObjects(bucket(), request));
    if (query.has("versions")) return call("ListObjectVersions", () => listVersions(bucket(), query));
    if (query.has("uploads")) return call("ListMultipartUploads", () => listUploads(bucket(), query));
    return call("ListObjects", () => listObjects(bucket(), query));
  }
  const upload = uploadActions.find(({ method, parameter }) => method === request.method && query.has(parameter));
  if (upload) return call(upload.action, () => upload.perform(bucket(), request, key));
  switch (request.method) {
    case "PUT":
      return call("PutObject", () => ({
        status: 200,
        headers: { etag: etag(request.body), ...versionHeader(bucket().put(key, request.body)) },
      }));
    case "DELETE":
      return call("DeleteObject", () => {
        bucket().remove(key, query.get("versionId") ?? undefined);
        return { status: 204 };
      });
    default:
      return call(request.method === "HEAD" ? "HeadObject" : "GetObject", () => getObject(bucket(), key, request));
  }
}

function getObject(bucket: Bucket, key: string, request: HttpRequest): HttpResponse {
  checkSignature(request, bucket.name, key);
  const version = bucket.find(key, request.query.get("versionId") ?? undefined);
  if (version?.content === undefined) throw notFound("NoSuchKey", key);
  const headers = {
    etag: etag(version.content),
    "content-length": String(version.content.length),
    "last-modified": new Date(version.modified).toUTCString(),
    "x-oss-object-type": "Normal",
    ...versionHeader(version.id),
  };
  return { status: 200, headers, body: request.method === "HEAD" ? undefined : version.content };
}

function deleteObjects(bucket: Bucket, request: HttpRequest): HttpResponse {
  const objects = objectsToDelete(request);
  for (const { Key, VersionId } of objects) bucket.remove(Key, VersionId);
  return xmlResponse(toXml("DeleteResult", { Deleted: objects }));
}

/** The objects that a request deletes together. */
export function objectsToDelete(request: HttpRequest): ObjectName[] {
  const { content } = parseXml(request.body.toString("utf8"));
  const sent = (content as { Object?: ObjectName | ObjectName[] }).Object;
  return [sent ?? []].flat();
}

interface ObjectName {
  Key: string;
  VersionId?: string;
}

function versionHeader(id: string | undefined): Record<string, string> {
  return id === undefined ? {} : { "x-oss-version-id": id };
}

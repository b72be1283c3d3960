import { randomUUID } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../../http/server";
import { xmlResponse } from "../../protocol/rest";
import { toXml } from "../../protocol/xml";
import { notFound } from "../../refusal";
import { etag } from "./etag";
import type { Bucket, Upload } from "./records";

/** An action on a multipart upload, by its method and a parameter of the query. */
interface UploadAction {
  method: string;
  parameter: string;
  action: string;
  perform: (bucket: Bucket, request: HttpRequest, key: string) => HttpResponse;
}

/** The actions on multipart uploads. */
export const uploadActions: readonly UploadAction[] = [
  {
    method: "POST",
    parameter: "uploads",
    action: "InitiateMultipartUpload",
    perform(bucket, _request, key) {
      const id = randomUUID().replaceAll("-", "").toUpperCase();
      bucket.uploads.set(id, { id, key, initiated: new Date().toISOString(), parts: new Map() });
      return xmlResponse(toXml("InitiateMultipartUploadResult", { Bucket: bucket.name, Key: key, UploadId: id }));
    },
  },
  {
    method: "PUT",
    parameter: "uploadId",
    action: "UploadPart",
    perform(bucket, request) {
      requireUpload(bucket, request).parts.set(Number(request.query.get("partNumber")), request.body);
      return { status: 200, headers: { etag: etag(request.body) } };
    },
  },
  {
    method: "POST",
    parameter: "uploadId",
    action: "CompleteMultipartUpload",
    perform(bucket, request, key) {
      const upload = requireUpload(bucket, request);
      const parts = [...upload.parts].sort(([one], [other]) => one - other).map(([, part]) => part);
      bucket.put(key, Buffer.concat(parts));
      bucket.uploads.delete(upload.id);
      return xmlResponse(toXml("CompleteMultipartUploadResult", { Bucket: bucket.name, Key: key }));
    },
  },
  {
    method: "DELETE",
    parameter: "uploadId",
    action: "AbortMultipartUpload",
    perform(bucket, request) {
      bucket.uploads.delete(requireUpload(bucket, request).id);
      return { status: 204 };
    },
  },
];

function requireUpload(bucket: Bucket, { query }: HttpRequest): Upload {
  const id = query.get("uploadId") ?? "";
  const upload = bucket.uploads.get(id);
  if (!upload) throw notFound("NoSuchUpload", id);
  return upload;
}

import type { HttpResponse } from "../../http/server";
import { xmlResponse } from "../../protocol/rest";
import { toXml } from "../../protocol/xml";
import { etag } from "./etag";
import type { Bucket } from "./records";

/** The current objects of a bucket, page by page. */
export function listObjects(bucket: Bucket, query: URLSearchParams): HttpResponse {
  const all = [...bucket.objects].map(([key, content]) => ({ key, content }));
  // ListObjectsV2 has other names for the same.
  const second = query.get("list-type") === "2";
  const after = (second ? (query.get("continuation-token") ?? query.get("start-after")) : query.get("marker")) ?? "";
  const { items, next } = pageOf(all, query, after);
  return xmlResponse(
    toXml("ListBucketResult", {
      Name: bucket.name,
      Prefix: query.get("prefix") ?? "",
      MaxKeys: pageSize(query),
      IsTruncated: String(next !== undefined),
      KeyCount: items.length,
      ...(next === undefined ? {} : { [second ? "NextContinuationToken" : "NextMarker"]: next }),
      Contents: items.map(({ key, content }) => ({
        Key: key,
        Size: content.length,
        ETag: etag(content),
        Type: "Normal",
        StorageClass: bucket.storageClass,
        LastModified: bucket.created,
      })),
    }),
  );
}

/** The versions and delete markers of a bucket's objects, page by page; a page has all versions of its last key. */
export function listVersions(bucket: Bucket, query: URLSearchParams): HttpResponse {
  const all = bucket.versions();
  const { items, next } = pageOf(all, query, query.get("key-marker") ?? "");
  const common = (version: (typeof all)[number]) => ({
    Key: version.key,
    VersionId: version.id,
    IsLatest: String(bucket.find(version.key) === version),
    LastModified: version.modified,
  });
  return xmlResponse(
    toXml("ListVersionsResult", {
      Name: bucket.name,
      MaxKeys: pageSize(query),
      IsTruncated: String(next !== undefined),
      ...(next === undefined ? {} : { NextKeyMarker: next, NextVersionIdMarker: "" }),
      Version: items.flatMap((version) =>
        version.content === undefined
          ? []
          : [
              {
                ...common(version),
                Size: version.content.length,
                ETag: etag(version.content),
                Type: "Normal",
                StorageClass: bucket.storageClass,
              },
            ],
      ),
      DeleteMarker: items.filter(({ content }) => content === undefined).map(common),
    }),
  );
}

/** The unfinished multipart uploads of a bucket, page by page. */
export function listUploads(bucket: Bucket, query: URLSearchParams): HttpResponse {
  const all = [...bucket.uploads.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  const { items, next } = pageOf(all, query, query.get("key-marker") ?? "", "max-uploads", 1000);
  return xmlResponse(
    toXml("ListMultipartUploadsResult", {
      Bucket: bucket.name,
      IsTruncated: String(next !== undefined),
      ...(next === undefined ? {} : { NextKeyMarker: next, NextUploadIdMarker: "" }),
      Upload: items.map(({ key, id, initiated }) => ({ Key: key, UploadId: id, Initiated: initiated })),
    }),
  );
}

function pageSize(query: URLSearchParams, parameter = "max-keys", standard = 100): number {
  return Math.min(Number(query.get(parameter) ?? standard), 1000);
}

/**
 * The items after a key, as far as they are on one page: 100 by default, 1000 at most. All items of one key are on the
 * same page.
 */
function pageOf<T extends { key: string }>(
  all: readonly T[],
  query: URLSearchParams,
  after: string,
  parameter?: string,
  standard?: number,
): { items: T[]; next: string | undefined } {
  const left = all.filter(({ key }) => key.startsWith(query.get("prefix") ?? "") && key > after);
  const last = left[pageSize(query, parameter, standard) - 1]?.key;
  const items = left.filter(({ key }) => last === undefined || key <= last);
  return { items, next: items.length < left.length ? last : undefined };
}

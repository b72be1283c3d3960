import type { HttpRequest, HttpResponse } from "../../http/server";
import { xmlResponse, type RestCall } from "../../protocol/rest";
import { toXml } from "../../protocol/xml";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { withRights } from "./authorization";
import { aclDocument, createBucket, deleteBucket, infoDocument, listBuckets, putAcl } from "./bucket";
import { routeObjects } from "./object";
import { checkDocument, routeSubresource, subresourceIn, verb } from "./subresource";

/** Whether a request is for OSS, by its host name or its signature. */
export function isOssRequest({ host, headers }: HttpRequest): boolean {
  return /(^|\.)oss-[a-z0-9-]+\.aliyuncs\.com$/.test(host) || /^OSS/.test(headers["authorization"] ?? "");
}

/** Finds the OSS action that a request is for. */
export function routeOss(world: World, request: HttpRequest): RestCall {
  const target = bucketAndKey(request);
  return withRights(world, request, target, route(world, request, target));
}

function route(world: World, request: HttpRequest, { name, key }: ReturnType<typeof bucketAndKey>): RestCall {
  const { method, query } = request;
  const fields: Record<string, string> = {
    ...Object.fromEntries(query),
    ...(name ? { bucket: name } : {}),
    ...(key ? { key } : {}),
  };
  const call = (action: string, perform: RestCall["perform"]): RestCall => ({
    action,
    fields,
    violations: [],
    perform,
  });
  if (!name) return call("ListBuckets", () => listBuckets(world, query));
  const bucket = () => world.buckets.require(name, "NoSuchBucket");
  const subresource = subresourceIn(query);
  const ofObjects = ["delete", "versions", "uploads", "uploadId", "list-type"].some((parameter) =>
    query.has(parameter),
  );
  if (key || ofObjects) return withData(world, request, routeObjects(bucket, request, key, fields));
  if (subresource) return routeSubresource(bucket, subresource, request, fields);
  if (query.has("acl"))
    return call(`${verb(request)}BucketAcl`, () =>
      method === "GET" ? xmlResponse(aclDocument(world, bucket())) : putAcl(bucket(), request),
    );
  if (query.has("bucketInfo")) return call("GetBucketInfo", () => xmlResponse(infoDocument(world, bucket())));
  if (query.has("location"))
    return call("GetBucketLocation", () => {
      bucket();
      return xmlResponse(toXml("LocationConstraint", `oss-${world.region}`));
    });
  if (query.has("stat"))
    return call("GetBucketStat", () =>
      xmlResponse(
        toXml("BucketStat", {
          Storage: 0,
          ObjectCount: bucket().objects.size,
          MultipartUploadCount: bucket().uploads.size,
        }),
      ),
    );
  if (method === "PUT")
    return {
      ...call("PutBucket", () => createBucket(world, name, request)),
      violations: checkDocument(request, "CreateBucketConfiguration"),
    };
  if (method === "DELETE") return call("DeleteBucket", () => deleteBucket(world, bucket()));
  return withData(world, request, routeObjects(bucket, request, "", fields));
}

/**
 * A call of the data API, which new accounts cannot make under a public name of mainland China:
 * https://www.alibabacloud.com/help/en/oss/user-guide/access-buckets-via-custom-domain-names
 */
function withData(world: World, { host }: HttpRequest, call: RestCall): RestCall {
  const isPublic = /\.oss-cn-(?!hongkong)[a-z0-9-]+\.aliyuncs\.com$/.test(host) && !host.includes("-internal.");
  if (world.publicObjectData || !isPublic) return call;
  return {
    ...call,
    perform: () => {
      throw new Refusal(
        "PublicEndpointForbidden",
        "Use a custom domain name (CNAME) for data API operations on this bucket.",
        400,
      );
    },
  };
}

/**
 * The bucket in the host name (`name.oss-cn-hangzhou.aliyuncs.com`), or in the path if the host is a loopback
 * address.
 */
function bucketAndKey({ host, path }: HttpRequest): { name: string | undefined; key: string } {
  const name = /^(.+)\.oss-[a-z0-9-]+\.aliyuncs\.com$/.exec(host)?.[1];
  const key = path.slice(1);
  if (name !== undefined || !/^[\d.]+$|^localhost$/.test(host)) return { name, key };
  const [bucket, ...rest] = key.split("/");
  return { name: bucket || undefined, key: rest.join("/") };
}

/** A refusal as OSS words it. */
export function ossError(refusal: Refusal, request: HttpRequest, requestId: string): HttpResponse {
  const body = toXml("Error", {
    Code: refusal.code,
    Message: refusal.message,
    RequestId: requestId,
    HostId: request.host,
  });
  return {
    status: refusal.status,
    headers: { "content-type": "application/xml" },
    body: request.method === "HEAD" ? undefined : body,
  };
}

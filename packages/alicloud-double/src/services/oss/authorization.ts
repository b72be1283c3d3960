import type { HttpRequest } from "../../http/server";
import type { RestCall } from "../../protocol/rest";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { isAllowed } from "../ram/decision";
import { objectsToDelete } from "./object";

/** What an action is on: a bucket and an object in it, each as far as the action has one. */
interface Target {
  name: string | undefined;
  key: string;
}

/**
 * RAM's actions that are not called as the API's. ListObjectsV2 has none of its own: the double's action is ListObjects
 * for both versions.
 * https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements
 */
const rightOf: Readonly<Record<string, string>> = {
  HeadObject: "GetObject",
  DeleteMultipleObjects: "DeleteObject",
  InitiateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  CompleteMultipartUpload: "PutObject",
  GetBucketTags: "GetBucketTagging",
  PutBucketTags: "PutBucketTagging",
  DeleteBucketTags: "DeleteBucketTagging",
};

/**
 * A call that is refused to an instance's role whose policies do not allow it. Everybody else may do everything.
 * https://www.alibabacloud.com/help/ja/oss/how-to-troubleshoot-403-status-code-when-you-access-oss
 */
export function withRights(world: World, request: HttpRequest, target: Target, call: RestCall): RestCall {
  const role = world.accounts.roleOf(request);
  if (role === undefined) return call;
  return {
    ...call,
    perform: () => {
      for (const { key, versionId } of objectsOf(call.action, target, request)) {
        const right = `oss:${rightOf[call.action] ?? call.action}${versionId === undefined ? "" : "Version"}`;
        const resource = `acs:oss:${world.region}:${world.accountId}:${target.name ?? "*"}${key === "" ? "" : `/${key}`}`;
        if (!isAllowed(world, role, right, resource))
          throw new Refusal("AccessDenied", `The role ${role} has no right to ${right} on ${resource}.`, 403);
      }
      return call.perform();
    },
  };
}

interface ObjectName {
  key: string;
  versionId?: string | undefined;
}

/** The objects that a call is about; one without a key for a call that is about the bucket. */
function objectsOf(action: string, { key }: Target, request: HttpRequest): readonly ObjectName[] {
  if (action === "DeleteMultipleObjects")
    return objectsToDelete(request).map(({ Key, VersionId }) => ({ key: Key, versionId: VersionId }));
  return [{ key, versionId: request.query.get("versionId") ?? undefined }];
}

import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { type Context, tagsOf } from "./context";

/** A bucket without access from outside the account. */
export interface PrivateBucket {
  readonly bucket: alicloud.oss.Bucket;
  /** Part of `dependencies`: other resources that set who may access the bucket have to wait for it. */
  readonly publicAccessBlock: alicloud.oss.BucketPublicAccessBlock;
  /** What must be in place before anything is put into the bucket. */
  readonly dependencies: readonly pulumi.Resource[];
}

/**
 * What the provider reads back into the bucket although other resources set it. It would take each for a change and
 * undo it.
 */
const setByOtherResources = [
  "acl",
  "versioning",
  "serverSideEncryptionRule",
  "corsRules",
  "policy",
  "logging",
  "refererConfig",
  "website",
];

/** Registers a private, encrypted bucket. `args` are its own; changes of those named in `ignoreChanges` are ignored. */
export function privateBucket(
  context: Context,
  resource: string,
  args: Omit<alicloud.oss.BucketArgs, "tags">,
  ignoreChanges: readonly string[] = [],
): PrivateBucket {
  const { parent } = context;
  const bucket = new alicloud.oss.Bucket(
    resource,
    { ...args, tags: tagsOf(context) },
    { parent, ignoreChanges: [...setByOtherResources, ...ignoreChanges] },
  );
  const publicAccessBlock = new alicloud.oss.BucketPublicAccessBlock(
    resource,
    { bucket: bucket.id, blockPublicAccess: true },
    { parent },
  );
  const acl = new alicloud.oss.BucketAcl(
    resource,
    { bucket: bucket.id, acl: "private" },
    // After the block, because both change the same settings.
    { parent, dependsOn: [publicAccessBlock] },
  );
  const encryption = new alicloud.oss.BucketServerSideEncryption(
    resource,
    { bucket: bucket.id, sseAlgorithm: "AES256" },
    { parent },
  );
  return { bucket, publicAccessBlock, dependencies: [publicAccessBlock, acl, encryption] };
}

/** Registers the policy that makes a bucket reachable over TLS only. */
export function requireTls(
  { parent }: Context,
  resource: string,
  { bucket, publicAccessBlock }: PrivateBucket,
): alicloud.oss.BucketPolicy {
  const policy = pulumi.jsonStringify({
    Version: "1",
    Statement: [
      {
        Effect: "Deny",
        Principal: ["*"],
        Action: ["oss:*"],
        Resource: [pulumi.interpolate`acs:oss:*:*:${bucket.id}`, pulumi.interpolate`acs:oss:*:*:${bucket.id}/*`],
        Condition: { Bool: { "acs:SecureTransport": ["false"] } },
      },
    ],
  });
  return new alicloud.oss.BucketPolicy(
    resource,
    { bucket: bucket.id, policy },
    { parent, dependsOn: [publicAccessBlock] },
  );
}

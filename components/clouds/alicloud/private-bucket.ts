import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { type Context, tagsOf } from "./context";

/** A bucket without access from outside the account. */
export interface PrivateBucket {
  readonly bucket: alicloud.oss.Bucket;
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

/** Registers a private, encrypted bucket. `args` are its own. */
export function privateBucket(
  context: Context,
  resource: string,
  args: Omit<alicloud.oss.BucketArgs, "tags">,
): PrivateBucket {
  const { parent } = context;
  const bucket = new alicloud.oss.Bucket(
    resource,
    { ...args, tags: tagsOf(context) },
    { parent, ignoreChanges: setByOtherResources },
  );
  return { bucket, dependencies: protectBucket(resource, bucket.id, { parent }) };
}

/** Registers what makes a bucket private and encrypted: first the block, which others have to wait for. */
export function protectBucket(
  resource: string,
  bucket: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): [publicAccessBlock: pulumi.Resource, ...others: pulumi.Resource[]] {
  const publicAccessBlock = new alicloud.oss.BucketPublicAccessBlock(
    resource,
    { bucket, blockPublicAccess: true },
    options,
  );
  // After the block, because both change the same settings.
  const acl = new alicloud.oss.BucketAcl(
    resource,
    { bucket, acl: "private" },
    { ...options, dependsOn: [publicAccessBlock] },
  );
  const encryption = new alicloud.oss.BucketServerSideEncryption(resource, { bucket, sseAlgorithm: "AES256" }, options);
  return [publicAccessBlock, acl, encryption];
}

/** Registers the policy that makes a bucket reachable over TLS only. */
export function requireTls(
  resource: string,
  bucket: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): alicloud.oss.BucketPolicy {
  const policy = pulumi.jsonStringify({
    Version: "1",
    Statement: [
      {
        Effect: "Deny",
        Principal: ["*"],
        Action: ["oss:*"],
        Resource: [pulumi.interpolate`acs:oss:*:*:${bucket}`, pulumi.interpolate`acs:oss:*:*:${bucket}/*`],
        Condition: { Bool: { "acs:SecureTransport": ["false"] } },
      },
    ],
  });
  return new alicloud.oss.BucketPolicy(resource, { bucket, policy }, options);
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { tagsOf } from "./tags";

/** A bucket without access from outside the account. */
export interface PrivateBucket {
  readonly bucket: aws.s3.Bucket;
  /** What must be in place before anything is put into the bucket. */
  readonly dependencies: readonly pulumi.Resource[];
}

/** Registers a bucket that is private, encrypted and reachable over TLS only. `args` are the bucket's own. */
export function privateBucket(
  context: Context,
  resource: string,
  args: Omit<aws.s3.BucketArgs, "tags"> = {},
): PrivateBucket {
  const { parent } = context;
  const bucket = new aws.s3.Bucket(resource, { ...args, tags: tagsOf(context, resource) }, { parent });
  const publicAccessBlock = new aws.s3.BucketPublicAccessBlock(
    resource,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  const ownership = new aws.s3.BucketOwnershipControls(
    resource,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent },
  );
  const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
    resource,
    { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
  const policy = new aws.s3.BucketPolicy(
    resource,
    { bucket: bucket.id, policy: tlsOnly(bucket) },
    // S3 answers OperationAborted when the policy and the public access block are set at the same time.
    { parent, dependsOn: [publicAccessBlock] },
  );
  return { bucket, dependencies: [publicAccessBlock, ownership, encryption, policy] };
}

function tlsOnly({ arn }: aws.s3.Bucket): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, pulumi.interpolate`${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

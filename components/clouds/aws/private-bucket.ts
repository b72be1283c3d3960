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
  return { bucket, dependencies: protectBucket(resource, bucket, { parent }) };
}

/** Registers what makes a bucket private, encrypted and reachable over TLS only. */
export function protectBucket(
  resource: string,
  { bucket, arn }: Pick<aws.s3.Bucket, "bucket" | "arn">,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const publicAccessBlock = new aws.s3.BucketPublicAccessBlock(
    resource,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    options,
  );
  const ownership = new aws.s3.BucketOwnershipControls(
    resource,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
    resource,
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    options,
  );
  const policy = new aws.s3.BucketPolicy(
    resource,
    { bucket, policy: tlsOnly(arn) },
    // S3 answers OperationAborted when the policy and the public access block are set at the same time.
    { ...options, dependsOn: [publicAccessBlock] },
  );
  return [publicAccessBlock, ownership, encryption, policy];
}

function tlsOnly(arn: pulumi.Output<string>): pulumi.Output<string> {
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

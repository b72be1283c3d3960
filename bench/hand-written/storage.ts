import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, tags } from "./common";

export const logs = new aws.cloudwatch.LogGroup("bookstore-logs", {
  retentionInDays: 30,
  tags: tags("bookstore-logs"),
});

export const bucket = new aws.s3.Bucket("bookstore-files", { tags: tags("bookstore-files") });
const closed = new aws.s3.BucketPublicAccessBlock("bookstore-files", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.s3.BucketOwnershipControls("bookstore-files", {
  bucket: bucket.id,
  rule: { objectOwnership: "BucketOwnerEnforced" },
});
new aws.s3.BucketServerSideEncryptionConfiguration("bookstore-files", {
  bucket: bucket.id,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});
const versioning = new aws.s3.BucketVersioning("bookstore-files", {
  bucket: bucket.id,
  versioningConfiguration: { status: "Enabled" },
});
new aws.s3.BucketLifecycleConfiguration(
  "bookstore-files",
  {
    bucket: bucket.id,
    rules: [
      {
        id: "old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  },
  { dependsOn: [versioning] },
);
new aws.s3.BucketPolicy(
  "bookstore-files",
  {
    bucket: bucket.id,
    policy: policy([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]),
  },
  { dependsOn: [closed] },
);

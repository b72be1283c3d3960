import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LogStore } from "../../components/clouds/aws/log-store";
import { ObjectStore } from "../../components/clouds/aws/object-store";
import { kept, policy, region } from "./common";

const console = `https://${region}.console.aws.amazon.com`;
export const logs = new LogStore("bookstore-logs", {
  ...kept("bookstore-logs", `${console}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/{id}`),
  retentionDays: 30,
});

export const bucket = new ObjectStore(
  "bookstore-files",
  kept("bookstore-files", `${console}/s3/buckets/{id}?region=${region}`),
);
const closed = new aws.s3.BucketPublicAccessBlock("bookstore-files", {
  bucket: bucket.bucket,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new aws.s3.BucketOwnershipControls("bookstore-files", {
  bucket: bucket.bucket,
  rule: { objectOwnership: "BucketOwnerEnforced" },
});
new aws.s3.BucketServerSideEncryptionConfiguration("bookstore-files", {
  bucket: bucket.bucket,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});
const versioning = new aws.s3.BucketVersioning("bookstore-files", {
  bucket: bucket.bucket,
  versioningConfiguration: { status: "Enabled" },
});
new aws.s3.BucketLifecycleConfiguration(
  "bookstore-files",
  {
    bucket: bucket.bucket,
    rules: [
      {
        id: "old-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        expiration: { expiredObjectDeleteMarker: true },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  },
  { dependsOn: [versioning] },
);
new aws.s3.BucketPolicy(
  "bookstore-files",
  {
    bucket: bucket.bucket,
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

import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { clouds, computes, deploy, only } from "../support/clouds";

interface Statement {
  readonly Effect: string;
  readonly Condition: object;
}

describe("the policy of a shared file system on AWS", () => {
  for (const compute of computes) {
    const service: ServiceArgs = {
      name: "bookstore",
      version: "1.4.2",
      compute,
      image: clouds.aws.images[compute][0],
      files: { share: {} },
    };

    it(`refuses clients without TLS or access point, and grants nothing, with a service on ${compute}`, async () => {
      const { resources } = await deploy(clouds.aws, service);
      const { inputs } = only(resources, "aws:efs/fileSystemPolicy:FileSystemPolicy");
      const { Statement: statements } = JSON.parse(String(inputs.policy)) as { Statement: Statement[] };
      assert.deepEqual([...new Set(statements.map(({ Effect }) => Effect))], ["Deny"]);
      assert.deepEqual(
        statements.map(({ Condition }) => Condition),
        [{ Bool: { "aws:SecureTransport": "false" } }, { Null: { "elasticfilesystem:AccessPointArn": "true" } }],
      );
      // A running release's role and access point are in no statement, so their change cannot lock it out.
      assert.doesNotMatch(String(inputs.policy), /:role\/|access-point\//);
    });

    it(`is reached in a network without internet access, with a service on ${compute}`, async () => {
      const { resources } = await deploy(clouds.aws, { ...service, network: { egress: "endpoints" } });
      const endpoints = resources.filter(({ type }) => type.endsWith(":VpcEndpoint"));
      const names = endpoints.map(({ inputs }) => inputs.serviceName);
      assert.ok(names.includes("com.amazonaws.us-east-1.elasticfilesystem"), names.join(", "));
    });

    it(`protects what is backed up every day, with a service on ${compute}`, async () => {
      const { resources } = await deploy(clouds.aws, service);
      const { inputs } = only(resources, "aws:efs/backupPolicy:BackupPolicy");
      assert.deepEqual(inputs.backupPolicy, { status: "ENABLED" });
    });

    it(`is in force before anything can mount the share, with a service on ${compute}`, async () => {
      const { resources } = await deploy(clouds.aws, service);
      const policy = only(resources, "aws:efs/fileSystemPolicy:FileSystemPolicy");
      const targets = resources.filter(({ type }) => type.endsWith(":MountTarget"));
      assert.ok(targets.length > 1);
      for (const target of targets) assert.ok(target.dependencies.includes(policy.urn), target.name);
    });
  }
});

/** The providers of a program whose credentials are not those of the stack's configuration. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { alicloudProviders, awsProviders } from "../../components";
import { run } from "../support/monitor";

describe("the providers of a service", () => {
  it("are two with the same settings on AWS, for the service's own requests as the stack's configuration has them", async () => {
    const assumeRoles = [{ roleArn: "arn:aws:iam::123456789012:role/deploy", duration: "1h" }];
    const { resources } = await run(() => {
      awsProviders("own", { region: "us-east-1", accessKey: "key", secretKey: "secret", assumeRoles });
    });
    const inputsOf = (type: string) => resources.find((one) => one.type === `pulumi:providers:${type}`)?.inputs;
    assert.equal(resources.length, 2);
    assert.equal(inputsOf("aws")?.accessKey, "key");
    assert.deepEqual(inputsOf("pulumi-nodejs"), {
      ...{ "aws:region": "us-east-1", "aws:accessKey": "key", "aws:secretKey": "secret" },
      "aws:assumeRoles": JSON.stringify(assumeRoles),
    });
  });

  it("are two with the same settings on Alibaba Cloud, with values of other resources too", async () => {
    const roleArn = pulumi.output("acs:ram::1234567890123456:role/deploy");
    const { resources } = await run(() => {
      alicloudProviders("own", { region: "cn-hangzhou", profile: pulumi.output("prod"), assumeRole: { roleArn } });
    });
    assert.deepEqual(resources.find(({ type }) => type === "pulumi:providers:pulumi-nodejs")?.inputs, {
      ...{ "alicloud:region": "cn-hangzhou", "alicloud:profile": "prod" },
      "alicloud:assumeRole": '{"roleArn":"acs:ram::1234567890123456:role/deploy"}',
    });
  });
});

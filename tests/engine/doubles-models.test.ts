/** The gateway checks every request of the engine against the models of AWS's services, in each of their protocols. */
import assert from "node:assert/strict";
import { cbor } from "@smithy/core/cbor";
import { isObjectData, parseCall } from "./support/aws-call";
import { expressionOf } from "./support/aws-model";
import { RequestCheck } from "./support/request-check";
import { findEmulator, needs } from "./support/toolchain";

describe("engine: the emulator's gateway: the models of AWS's services", () => {
  let check: RequestCheck;
  before(function () {
    check = new RequestCheck(needs(this, findEmulator()).serviceModels);
  });

  interface Request {
    service: string;
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
  }
  const problems = ({ service, method = "POST", path = "/", headers = {}, body = "" }: Request) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host`;
    const all = { ...headers, authorization };
    const call = parseCall(method, new URL(path, "http://aws.test"), all, body.toString());
    return check.problems(call, all, Buffer.from(body));
  };
  const form = (service: string, fields: Record<string, string>) =>
    problems({
      service,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
  const json = (service: string, operation: string, input: object) =>
    problems({ service, headers: { "x-amz-target": `Service.${operation}` }, body: JSON.stringify(input) });
  const metric = (input: object) =>
    problems({
      service: "monitoring",
      path: "/service/GraniteServiceVersion20100801/operation/PutMetricAlarm",
      body: Buffer.from(cbor.serialize(input)),
    });
  const bucket = (query: string, body: string, method = "PUT") =>
    problems({ service: "s3", method, path: `/bucket?${query}`, body });
  const files = (input: object) =>
    problems({ service: "elasticfilesystem", path: "/2015-02-01/mount-targets", body: JSON.stringify(input) });

  const targetGroup = { Action: "CreateTargetGroup", Name: "app", Protocol: "HTTP" };
  const rule = "<Rule><ID>old</ID><Filter/><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>";
  const lifecycle = (xml: string) => `<LifecycleConfiguration>${xml}</LifecycleConfiguration>`;
  const alarm = { AlarmName: "a", EvaluationPeriods: 1, ComparisonOperator: "GreaterThanThreshold" };

  it("accept what is right", () => {
    const right = [
      form("elasticloadbalancing", { ...targetGroup, "Tags.member.1.Key": "team", "Tags.member.1.Value": "web" }),
      form("ec2", { Action: "CreateVpc", CidrBlock: "10.0.0.0/16", "TagSpecification.1.ResourceType": "vpc" }),
      json("ecs", "CreateCluster", { clusterName: "app", settings: [{ name: "containerInsights", value: "enabled" }] }),
      metric(alarm),
      bucket("lifecycle", lifecycle(rule)),
      bucket("policy", "{}"),
      problems({ service: "s3", method: "PUT", path: "/bucket/key?x-id=PutObject" }),
      problems({ service: "s3", method: "PUT", path: "/bucket/key", headers: { "x-amz-copy-source": "other/key" } }),
      files({ FileSystemId: "fs-0123456789abcdef0", SubnetId: "subnet-0123456789abcdef0" }),
    ];
    assert.deepEqual(
      right,
      right.map(() => []),
    );
  });

  const wrong: Record<string, [() => string[], RegExp]> = {
    "a value that a list does not have (query)": [
      () => form("elasticloadbalancing", { ...targetGroup, Protocol: "http" }),
      /Protocol must be one of HTTP/,
    ],
    "a field that the operation does not have (query)": [
      () => form("elasticloadbalancing", { ...targetGroup, Nmae: "x" }),
      /Nmae is not a field/,
    ],
    "a number below its range (query)": [
      () => form("elasticloadbalancing", { ...targetGroup, HealthCheckIntervalSeconds: "2" }),
      /HealthCheckIntervalSeconds must be at least 5/,
    ],
    "a description with another character (query)": [
      () =>
        form("iam", { Action: "CreateRole", RoleName: "r", AssumeRolePolicyDocument: "{}", Description: "a\u2013b" }),
      /Description does not match/,
    ],
    "a name that is too long (query)": [
      () => form("iam", { Action: "CreateRole", RoleName: "r".repeat(65), AssumeRolePolicyDocument: "{}" }),
      /the length of RoleName must be at most 64/,
    ],
    "a tag's key with another character (query)": [
      () => form("elasticloadbalancing", { ...targetGroup, "Tags.member.1.Key": "a'b" }),
      /Tags\[0\].Key does not match/,
    ],
    "a member that is missing (query)": [
      () => form("autoscaling", { Action: "CreateAutoScalingGroup", AutoScalingGroupName: "g", MinSize: "1" }),
      /MaxSize is required/,
    ],
    "text for a number (EC2)": [
      () => form("ec2", { Action: "CreateVpcEndpoint", VpcId: "vpc-1", "SubnetId.1": "s", PrivateDnsEnabled: "maybe" }),
      /PrivateDnsEnabled must be true or false/,
    ],
    "a type that is unknown (EC2)": [
      () =>
        form("ec2", { Action: "CreateVpc", CidrBlock: "10.0.0.0/16", "TagSpecification.1.ResourceType": "network" }),
      /ResourceType must be one of/,
    ],
    "an operation that is unknown (EC2)": [() => form("ec2", { Action: "CreateVcp" }), /no operation CreateVcp/],
    "a field of another type (JSON)": [
      () => json("ecs", "CreateService", { serviceName: "s", desiredCount: "2" }),
      /desiredCount must be a whole number/,
    ],
    "a log group's name with another character (JSON)": [
      () => json("logs", "CreateLogGroup", { logGroupName: "a b" }),
      /logGroupName does not match/,
    ],
    "a repository's name in capitals (JSON)": [
      () => json("ecr", "CreateRepository", { repositoryName: "App" }),
      /repositoryName does not match/,
    ],
    "a period below its range (CBOR)": [() => metric({ ...alarm, Period: 0 }), /Period must be at least 1/],
    "a lifecycle's status that is unknown (S3)": [
      () => bucket("lifecycle", lifecycle(rule.replace("Enabled", "On"))),
      /Status must be one of Enabled, Disabled/,
    ],
    "a file system's id that is none (REST)": [
      () => files({ FileSystemId: "files", SubnetId: "subnet-0123456789abcdef0" }),
      /FileSystemId does not match/,
    ],
    "a path that is unknown (REST)": [
      () => problems({ service: "elasticfilesystem", path: "/2015-02-01/targets" }),
      /no operation POST/,
    ],
  };
  for (const [what, [call, problem]] of Object.entries(wrong))
    it(`refuse ${what}`, () => {
      assert.match(call().join("\n"), problem);
    });

  it("answer in the service's protocol, and record the request", () => {
    const call = parseCall("POST", new URL("http://aws.test/?Action=CreateVcp"), { authorization: "" }, "");
    const answer = check.refusal({ ...call, service: "ec2", protocol: "ec2" }, {}, undefined);
    assert.match(String(answer?.body), /<Code>InvalidParameterValue<\/Code>/);
    assert.deepEqual(
      check.invalidRequests.splice(0).map(({ action }) => action),
      ["CreateVcp"],
    );
  });

  it("leave the data of objects unread", () => {
    const authorization = "Credential=test/20260101/us-east-1/s3/aws4_request";
    const isData = (path: string) => isObjectData(new URL(path, "http://aws.test"), { authorization });
    assert.deepEqual(["/bucket/key", "/bucket", "/bucket/", "/v20180820/tags/x"].map(isData), [
      true,
      false,
      false,
      false,
    ]);
  });

  it("read patterns in Java's syntax", () => {
    assert.ok(expressionOf("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*").test("é 1_@"));
    assert.ok(!expressionOf("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*").test("a'b"));
    assert.ok(expressionOf("[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*").test("a😀b"));
  });
});

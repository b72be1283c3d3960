/** CloudFormation's schemas have patterns and lengths that the models of EC2 lack: everything that is planned is checked. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { bakedFields, clouds, computes, deploy, wholeService } from "../support/clouds";
import { checkResource } from "./support/cloudformation/check";
import { typeNames, uncheckedTypes } from "./support/cloudformation/names";
import { findSchemas, type Schemas } from "./support/cloudformation/schemas";
import { needs } from "./support/toolchain";

describe("engine: CloudFormation's schemas", () => {
  const cloud = clouds.aws;
  let schemas: Schemas;
  const [seen, unknown] = [new Set<string>(), new Set<string>()];
  before(function () {
    schemas = needs(this, findSchemas());
  });

  const problemsOf = async (service: ServiceArgs) => {
    const { resources } = await deploy(cloud, service);
    const verdicts = resources.map((resource) => {
      const verdict = checkResource(schemas, resource);
      if (verdict === undefined && resource.type.startsWith("aws:")) unknown.add(resource.type);
      if (verdict && verdict.checked > 0) seen.add(resource.type);
      return verdict;
    });
    return verdicts.flatMap((verdict) => verdict?.problems ?? []);
  };

  for (const compute of computes) {
    const services: Record<string, Partial<ServiceArgs>> = {
      "every feature": { files: { share: {} } },
      "TLS, endpoints and secrets": {
        tls: { certificate: cloud.certificate },
        loadBalancer: { allowFrom: ["192.0.2.0/24"] },
        network: { egress: "endpoints" },
      },
      "a long name and a long version": { name: "a-service-with-a-long-na", version: "2026.11.26-rc.1" },
      "odd tags and variables": { tags: { "cost centre": "Ä/1+2=3:@-_." }, environment: { ODD: 'it\'s "so" – é €' } },
      "a baked image": bakedFields(cloud, compute),
    };
    for (const [what, changes] of Object.entries(services))
      it(`allow what a service with ${what} registers (${compute})`, async () => {
        assert.deepEqual(await problemsOf(wholeService(cloud, compute, changes)), []);
      });
  }

  it("have described a value of each type that is registered", () => {
    assert.deepEqual([...unknown].sort(), uncheckedTypes);
    assert.deepEqual(
      Object.keys(typeNames).filter((type) => !seen.has(type)),
      [],
    );
  });

  const wrong: [string, object, RegExp][] = [
    ["aws:ec2/securityGroup:SecurityGroup", { description: "the service's" }, /GroupDescription does not match/],
    ["aws:iam/role:Role", { name: "r".repeat(65), assumeRolePolicy: "{}" }, /RoleName has 65 characters: 1 to 64/],
    [
      "aws:lb/targetGroup:TargetGroup",
      { healthCheck: { interval: 2 } },
      /HealthCheckIntervalSeconds is not from 5 to 300/,
    ],
    ["aws:lb/targetGroup:TargetGroup", { tags: { "a'b": "c" } }, /Tags\[0\].Key does not match/],
    ["aws:ecs/service:Service", { launchType: "FARGATE_SPOT" }, /LaunchType is none of EC2, FARGATE/],
    ["aws:ecr/repository:Repository", { name: "App" }, /RepositoryName does not match/],
  ];
  for (const [type, inputs, problem] of wrong)
    it(`refuse ${JSON.stringify(inputs).slice(0, 60)} of ${type}`, () => {
      assert.match(
        checkResource(schemas, { type, name: "x", inputs: { ...inputs } })?.problems.join("\n") ?? "",
        problem,
      );
    });
});

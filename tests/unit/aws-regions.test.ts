import assert from "node:assert/strict";
import { Region } from "@pulumi/aws/types/enums";
import {
  domainOf,
  endpointServiceOf,
  isZoneId,
  partitionOf,
  regions,
  zonesOf,
} from "../../components/clouds/aws/regions";
import { aws } from "../../components";
import { bakedFields, clouds, computes, deploy, wholeService } from "../support/clouds";
import { facts } from "../support/monitor";

describe("AWS's regions", () => {
  it("are in a partition that is supported, each with zones of its own", () => {
    const all = regions.known.flatMap((region) => zonesOf(region) ?? []);
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(
      all.filter((zone) => !isZoneId(zone)),
      [],
    );
    for (const region of regions.known) {
      const partition = partitionOf(region);
      assert.equal(partition === "aws-cn", region.startsWith("cn-"));
      assert.equal(domainOf(region), partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");
    }
  });

  it("are those that the provider names, but for the partitions that are not supported", () => {
    const supported = Object.values(Region).filter((region) => regions.unsupported(region) === undefined);
    assert.deepEqual([...regions.known].sort(), supported.sort());
  });

  it("have VPC endpoints under the names that AWS has for them", () => {
    const named = (region: string) =>
      ["logs", "ecr.api", "ecr.dkr", "secretsmanager", "ssm", "elasticfilesystem", "s3"].map((service) =>
        endpointServiceOf(region, service),
      );
    assert.deepEqual(named("us-gov-west-1").slice(0, 2), [
      "com.amazonaws.us-gov-west-1.logs",
      "com.amazonaws.us-gov-west-1.ecr.api",
    ]);
    for (const region of ["cn-north-1", "cn-northwest-1"])
      assert.deepEqual(named(region), [
        `com.amazonaws.${region}.logs`,
        `cn.com.amazonaws.${region}.ecr.api`,
        `cn.com.amazonaws.${region}.ecr.dkr`,
        `com.amazonaws.${region}.secretsmanager`,
        `com.amazonaws.${region}.ssm`,
        `cn.com.amazonaws.${region}.elasticfilesystem`,
        `com.amazonaws.${region}.s3`,
      ]);
  });
});

describe("what is registered in a region of AWS in China", () => {
  const region = "cn-north-1";
  const inChina = (text: string) =>
    text
      .replaceAll("arn:aws:", "arn:aws-cn:")
      .replaceAll("us-east-1", region)
      .replaceAll(/amazonaws\.com\b(?!\.cn)/g, "amazonaws.com.cn");
  const cloud: typeof clouds.aws = {
    ...clouds.aws,
    make: () => aws({ ...facts, region }),
    // What the cloud returns has the names of its partition.
    outputsOf: (resource) =>
      JSON.parse(inChina(JSON.stringify(clouds.aws.outputsOf(resource)))) as Record<string, unknown>,
  };

  for (const compute of computes)
    it(`names no other partition, with a service on ${compute}`, async () => {
      const { resources } = await deploy(
        cloud,
        wholeService(cloud, compute, {
          secrets: { TOKEN: inChina(cloud.secret) },
          files: { share: {} },
          network: { egress: "endpoints" },
          ...bakedFields(cloud, compute),
        }),
      );
      // The principal of tasks is the same everywhere.
      const foreign = /arn:aws:|(?<!ecs-tasks\.)amazonaws\.com\b(?!\.cn)/;
      assert.deepEqual(
        resources
          .filter(({ inputs }) => foreign.test(JSON.stringify(inputs)))
          .map(({ type, name }) => `${type} ${name}`),
        [],
      );
    });
});

/**
 * What the program makes of a service's, a stack's and a release's name on AWS, by the grammar of each service: names, tags and
 * descriptions. The emulator accepts any, and EC2's model has no grammar.
 */
import assert from "node:assert/strict";
import { aws } from "../../components";
import type { ServiceArgs } from "../../components/spec";
import { bakedFields, clouds, computes, deploy, wholeService } from "../support/clouds";
import { facts, type Registered } from "../support/monitor";

/** A stack may be called so: https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack */
const stack = "prod.eu_2-a";
const cloud = { ...clouds.aws, make: () => aws({ ...facts, stack, region: "us-east-1" }) };

const balancing = /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;
const ecs = /^[A-Za-z0-9_-]{1,255}$/;
const builder = /^[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]$/;
const described = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

/** The names of resources, by the page of the call that creates each. */
const names: Readonly<Record<string, RegExp>> = {
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html, API_CreateService, API_CreateCluster
  "aws:ecs/taskDefinition:TaskDefinition": ecs,
  "aws:ecs/service:Service": ecs,
  "aws:ecs/cluster:Cluster": ecs,
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html, API_CreateLoadBalancer
  "aws:lb/targetGroup:TargetGroup": balancing,
  "aws:lb/loadBalancer:LoadBalancer": balancing,
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, API_CreateInstanceProfile, API_PutRolePolicy
  "aws:iam/role:Role": /^[\w+=,.@-]{1,64}$/,
  "aws:iam/instanceProfile:InstanceProfile": /^[\w+=,.@-]{1,128}$/,
  "aws:iam/rolePolicy:RolePolicy": /^[\w+=,.@-]{1,128}$/,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
  "aws:ec2/launchTemplate:LaunchTemplate": /^[a-zA-Z0-9().\-/_]{3,128}$/,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
  "aws:ec2/securityGroup:SecurityGroup": /^(?!sg-)[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
  // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
  "aws:autoscaling/group:Group": /^[^:]{1,255}$/,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  "aws:s3/bucket:Bucket": /^(?!xn--|sthree-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "pulumi-nodejs:dynamic/immutable-service:ObjectStore": /^(?!xn--|sthree-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  "pulumi-nodejs:dynamic/immutable-service:LogStore": /^[.\-_/#A-Za-z0-9]{1,512}$/,
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
  "aws:ecr/repository:Repository": /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  // https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateComponent.html and those of the others
  "aws:imagebuilder/component:Component": builder,
  "aws:imagebuilder/imageRecipe:ImageRecipe": builder,
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": builder,
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration": builder,
};

/** Other texts of a type, by their input. */
const texts: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  // API_CreateSecurityGroup and https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
  "aws:ec2/securityGroup:SecurityGroup": { description: described },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { description: described },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { description: described },
  // https://github.com/opencontainers/distribution-spec/blob/main/spec.md
  "pulumi-nodejs:dynamic/immutable-service:ImageMark": { tag: /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/ },
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html: of the services that get tags, IAM is the strictest. */
const tag = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

function problemsOf({ type, name, inputs }: Registered): string[] {
  // What has no name gets its logical one, with a dash and seven hexadecimal digits.
  const full = text(inputs.name) ?? text(inputs.family) ?? `${name}-0a1b2c3`;
  const of = (what: string, value: string, pattern: RegExp | undefined) =>
    pattern === undefined || pattern.test(value) ? [] : [`${type} ${name}: ${what} ${value}`];
  const tags = Object.entries((inputs.tags ?? {}) as Record<string, unknown>).filter(([key]) => !/^\d+$/.test(key));
  return [
    ...of("name", full, names[type]),
    ...Object.entries(texts[type] ?? {}).flatMap(([input, pattern]) => of(input, text(inputs[input]) ?? "x", pattern)),
    ...tags.flatMap(([key, value]) => [
      ...of("tag", key, tag),
      ...of(`tag ${key}`, String(value), tag),
      ...(key.length > 128 || String(value).length > 256 ? [`${type} ${name}: the tag ${key} is too long`] : []),
    ]),
  ];
}

describe("what is named after service, stack and release on AWS", () => {
  const longest = { name: "a-service-with-a-long-na", version: "2026.11.26-RC.1" };
  const seen = new Set<string>();
  for (const compute of computes) {
    const services: Record<string, Partial<ServiceArgs>> = {
      "every feature": {
        files: { share: {} },
        network: { egress: "endpoints" },
        tls: { certificate: cloud.certificate },
      },
      "a baked image": bakedFields(cloud, compute),
    };
    for (const [what, changes] of Object.entries(services))
      it(`has a name that AWS accepts: ${compute}, ${what}`, async () => {
        const { resources } = await deploy(cloud, wholeService(cloud, compute, { ...changes, ...longest }));
        for (const { type } of resources) seen.add(type);
        assert.deepEqual(resources.flatMap(problemsOf), []);
      });
  }

  it("is of every type whose grammar is here", () => {
    assert.deepEqual(
      [...Object.keys(names), ...Object.keys(texts)].filter((type) => !seen.has(type)),
      [],
    );
  });
});

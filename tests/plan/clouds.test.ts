/** Moving a service to another cloud is a change of cloud, region and references; the plan says so in the same words. */
import assert from "node:assert/strict";
import type { Plan, ServicePlan } from "../../plan/contract";
import { examples, onOtherCloud } from "../support/examples-on-other-cloud";
import type { StackConfig } from "../support/stack-file";
import { Project } from "./project";

const service = {
  name: "bookstore",
  version: "1.4.2",
  port: 8080,
  size: { cpu: 0.5, memoryGiB: 1 },
  instances: { min: 2, max: 6 },
  health: { path: "/healthz" },
  environment: { CATALOGUE: "spring" },
  files: {},
  logs: { retentionDays: 30 },
  scaling: [
    { metric: "cpu", target: 60 },
    { metric: "requests", target: 600 },
    { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 12 },
  ],
};
const digest = "a".repeat(64);
const references = {
  container: {
    aws: `123456789012.dkr.ecr.us-east-1.amazonaws.com/bookstore@sha256:${digest}`,
    alicloud: `bookstore-registry-vpc.cn-hangzhou.cr.aliyuncs.com/bookstore/app@sha256:${digest}`,
  },
  vm: { aws: "ami-0123456789abcdef0", alicloud: "m-bp1g7004ksh0oeuc9t1h" },
};
const regions = { aws: "us-east-1", alicloud: "cn-hangzhou" };

describe("the plan of a service that moves to another cloud", function () {
  this.timeout(60_000);
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  const planOf = async (name: string, config: StackConfig): Promise<ServicePlan> => {
    project.write(`${name}.yaml`, JSON.stringify({ config }));
    const { code, stdout, stderr } = await project.plan("--config-file", `${name}.yaml`, "--format", "json");
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as Plan).services[0] ?? assert.fail("no service");
  };
  const planOn = (cloud: keyof typeof regions, compute: keyof typeof references, what: object) =>
    planOf(cloud, {
      [`${cloud}:region`]: regions[cloud],
      "immutable-service:cloud": cloud,
      "immutable-service:service": { ...what, compute },
    });

  for (const [file, config] of Object.entries(examples())) {
    it(`says the same of the service of ${file}, in which cloud and region alone are changed`, async () => {
      const [here, there] = await Promise.all([planOf("here", config), planOf("there", onOtherCloud(config))]);
      assert.notEqual(there.description.cloud, here.description.cloud);
      assert.deepEqual(wordsOf(there), wordsOf(here));
    });
  }

  for (const compute of ["container", "vm"] as const) {
    it(`says the same of the service, with a reference per cloud in one file (${compute})`, async () => {
      const what = { ...service, image: references[compute] };
      const [aws, alicloud] = await Promise.all([planOn("aws", compute, what), planOn("alicloud", compute, what)]);
      assert.deepEqual(wordsOf(alicloud), wordsOf(aws));
      assert.deepEqual([aws.description.cloud, alicloud.description.cloud], ["aws", "alicloud"]);
    });

    it(`takes the same steps in an update (${compute})`, async () => {
      const what = { ...service, image: references[compute] };
      const [aws, alicloud] = await Promise.all([planOn("aws", compute, what), planOn("alicloud", compute, what)]);
      assert.deepEqual(
        alicloud.update.steps.map(({ of, what: step }) => ({ of, step })),
        aws.update.steps.map(({ of, what: step }) => ({ of, step })),
      );
    });
  }
});

/** The service in its own words, without what a cloud makes of it: its own references, and release ids, which follow from them. */
function wordsOf({ name, description, facts }: ServicePlan): unknown {
  const { releases, network, certificate, build, ...rest } = description.service;
  return {
    name,
    topics: facts.map(({ topic }) => topic),
    service: {
      ...rest,
      network: "vpcId" in network ? Object.keys(network) : network,
      certificate: certificate !== undefined,
      // The recipe is the same to the last byte, and so its hash; where it is pushed is a reference.
      build: build && { ...build, target: undefined },
      releases: releases.map(({ version, instances, weight, shape: { secrets, ...shape } }) => ({
        ...{ version, instances, weight },
        ...Object.fromEntries(Object.entries(shape).filter(([key]) => !["image", "instance"].includes(key))),
        secrets: Object.keys(secrets),
      })),
    },
  };
}

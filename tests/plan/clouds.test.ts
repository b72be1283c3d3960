/** A service that moves to another cloud changes cloud, region and references; the rest of its plan stays the same. */
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

describe("the plan of a service that moves to another cloud", () => {
  let project: Project;
  before(() => {
    project = new Project();
  });
  after(() => {
    project.remove();
  });

  const planOf = async (name: string, config: StackConfig): Promise<Plan> => {
    project.write(`${name}.yaml`, JSON.stringify({ config }));
    const { code, stdout, stderr } = await project.plan("--config-file", `${name}.yaml`, "--format", "json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Plan;
  };
  const serviceOf = async (name: string, config: StackConfig): Promise<ServicePlan> =>
    (await planOf(name, config)).services[0] ?? assert.fail("no service");
  const configOf = (cloud: keyof typeof regions, compute: keyof typeof references, settings: object) => ({
    [`${cloud}:region`]: regions[cloud],
    "immutable-service:cloud": cloud,
    "immutable-service:service": { ...settings, compute },
  });
  const planOn = (...[cloud, compute, settings]: Parameters<typeof configOf>) =>
    serviceOf(cloud, configOf(cloud, compute, settings));

  for (const [file, config] of Object.entries(examples())) {
    it(`is the same for ${file} when only cloud and region change`, async () => {
      const [before, after] = await Promise.all([
        serviceOf("before", config),
        serviceOf("after", onOtherCloud(config)),
      ]);
      assert.notEqual(after.description.cloud, before.description.cloud);
      assert.deepEqual(settingsOf(after), settingsOf(before));
    });
  }

  for (const compute of ["container", "vm"] as const) {
    it(`is the same for one stack file with a reference per cloud (${compute})`, async () => {
      const settings = { ...service, image: references[compute] };
      const [aws, alicloud] = await Promise.all([
        planOn("aws", compute, settings),
        planOn("alicloud", compute, settings),
      ]);
      assert.deepEqual(settingsOf(alicloud), settingsOf(aws));
      assert.deepEqual([aws.description.cloud, alicloud.description.cloud], ["aws", "alicloud"]);
    });

    it(`has the same steps (${compute})`, async () => {
      const settings = { ...service, image: references[compute] };
      const [aws, alicloud] = await Promise.all([
        planOn("aws", compute, settings),
        planOn("alicloud", compute, settings),
      ]);
      assert.deepEqual(
        alicloud.update.steps.map(({ appliesTo, title }) => ({ appliesTo, title })),
        aws.update.steps.map(({ appliesTo, title }) => ({ appliesTo, title })),
      );
    });

    for (const cloud of ["aws", "alicloud"] as const) {
      it(`gives each step the time that its wait enforces (${cloud}, ${compute})`, async () => {
        const config = configOf(cloud, compute, { ...service, image: references[compute] });
        const { resources, services } = await planOf(cloud, config);
        const within = (ending: string) => resources.find(({ name }) => name.endsWith(ending))?.inputs.within;
        const steps = services[0]?.update.steps ?? [];
        const seconds = (title: RegExp) => steps.find((step) => title.test(step.title))?.maxSeconds;
        assert.ok(Number(seconds(/instances healthy/)) > 0);
        assert.equal(seconds(/instances healthy/), within("-healthy"));
        assert.equal(seconds(/gate/), within("-gate"));
      });
    }
  }
});

/** A service's settings without references, which differ between clouds, and without release ids. */
function settingsOf({ name, description, facts }: ServicePlan): unknown {
  const { releases, network, certificate, build, registry, ...rest } = description.service;
  // Alibaba Cloud's alone.
  registry;
  return {
    name,
    topics: facts.map(({ topic }) => topic),
    service: {
      ...rest,
      network: "vpcId" in network ? Object.keys(network) : network,
      certificate: certificate !== undefined,
      // The repository is a reference. So is the image to build on, on machines, and the recipe's hash has it.
      build: build && {
        ...{ ...build, target: undefined },
        ...(rest.compute === "vm"
          ? { tag: undefined, baseTag: undefined, recipe: { ...build.recipe, from: undefined } }
          : {}),
      },
      releases: releases.map(({ version, instances, weight, shape: { secrets, hardening, ...shape } }) => ({
        ...{ version, instances, weight },
        // Alibaba Cloud's containers drop no capabilities.
        hardening: hardening && { ...hardening, dropCapabilities: undefined },
        ...Object.fromEntries(
          Object.entries(shape).filter(([key]) => !["image", "instance", "placement"].includes(key)),
        ),
        secrets: Object.keys(secrets),
      })),
    },
  };
}

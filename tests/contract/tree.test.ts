import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { componentTypes } from "../../components/component-types";
import { Environment } from "../../components/environment";
import { resolveService } from "../../components/resolve";
import { ImmutableService } from "../../components/service";
import type { ServiceArgs } from "../../components/stack-file/schema";
import program from "../../index";
import { bakedFields, clouds, deploy, only, type CloudUnderTest } from "../support/clouds";
import { type Recording, type Registered, run } from "../support/monitor";
import { examples } from "../support/examples-on-other-cloud";
import { asEngineConfig } from "../support/stack-file";
import { onEveryPlatform } from "./platforms";

/** The most children that a reader of a preview can take in at a glance. */
const mostChildren = 12;

onEveryPlatform("the tree of resources", ({ cloud, compute, service, further }) => {
  const whole = () =>
    service({
      ...bakedFields(cloud, compute),
      files: { share: {} },
      tls: { certificate: cloud.certificate },
      // The most that a stack file can have.
      releases: ["1.4.1", "1.4.0", "1.3.0", "1.2.0"].map((version) => further({ version, weight: 1 })),
    });

  it("puts every resource below the service or its environment", async () => {
    const { resources } = await deploy(cloud, service());
    const roots = resources.filter(({ parent }) => parent === null).map(({ type, name }) => `${type} ${name}`);
    assert.deepEqual(roots.sort(), [`${componentTypes.environment} bookstore`, `${componentTypes.service} bookstore`]);
  });

  it("begins every name with the service's", async () => {
    const { resources } = await deploy(cloud, whole());
    assert.deepEqual(
      resources.map(({ name }) => name).filter((name) => name !== "bookstore" && !name.startsWith("bookstore-")),
      [],
    );
  });

  it("has at most twelve children directly below the service, and below its environment", async () => {
    const { resources } = await deploy(cloud, whole());
    for (const type of [componentTypes.service, componentTypes.environment]) {
      const children = childrenOf(resources, only(resources, type));
      assert.ok(children.length > 0);
      assert.ok(children.length <= mostChildren, children.join("\n"));
    }
  });

  it("has one node per release, with everything of that release", async () => {
    const { resources, result } = await deploy(cloud, service({ releases: [further()] }));
    const releases = resources.filter(({ type }) => type === componentTypes.release);
    assert.equal(releases.length, 2);
    for (const { urn, name } of releases) {
      const own = resources.filter((resource) => resource.name === name || resource.name.startsWith(`${name}-`));
      assert.ok(own.length > 5);
      assert.deepEqual(
        own.filter((resource) => resource.urn !== urn && resource.parent !== urn).map((resource) => resource.name),
        [],
      );
    }
    const [{ release }] = result as [{ release: string }];
    assert.ok(releases.some(({ name }) => name === `bookstore-${release}`));
  });

  it("adds one release and removes one for a new version, and keeps everything else", async () => {
    const before = urnsOf(await deploy(cloud, service()));
    const after = urnsOf(await deploy(cloud, service({ version: "1.4.3" })));
    const [removed, added] = [
      before.filter((path) => !after.includes(path)),
      after.filter((path) => !before.includes(path)),
    ];
    for (const [paths, version] of [
      [removed, "1-4-2"],
      [added, "1-4-3"],
    ] as const) {
      const ofRelease = new RegExp(`\\$${componentTypes.release}(\\$.*)?::bookstore-${version}-[0-9a-f]{6}(-|$)`);
      assert.equal(paths.filter((path) => path.includes(`${componentTypes.release}::`)).length, 1);
      assert.deepEqual(
        paths.filter((path) => !ofRelease.test(path)),
        [],
      );
    }
  });

  it("keeps every URN when an environment is handed to the service that had one for itself", async () => {
    const implicit = await deploy(cloud, whole());
    const explicit = await runProgram(cloud, whole(), (here, spec) => {
      const environment = new Environment("bookstore", { cloud: here, spec });
      return new ImmutableService("bookstore", { cloud: here, spec, environment }).outputs;
    });
    assert.deepEqual(urnsOf(explicit), urnsOf(implicit));
  });

  it("puts the environment beside the service below any parent, with the options that children inherit", async () => {
    const seen = new Map<string, pulumi.ResourceOptions>();
    const recording = await runProgram(cloud, service(), (here, spec) => {
      const parent = new pulumi.ComponentResource("test:index:Team", "team");
      const see: pulumi.ResourceTransformation = ({ type, name, opts }) => {
        seen.set(`${type} ${name}`, opts);
        return undefined;
      };
      return new ImmutableService("bookstore", { cloud: here, spec }, { parent, transformations: [see] }).outputs;
    });
    const team = only(recording.resources, "test:index:Team");
    assert.deepEqual(childrenOf(recording.resources, team).sort(), [
      `${componentTypes.environment} bookstore`,
      `${componentTypes.service} bookstore`,
    ]);
    const others = recording.resources.filter(({ urn }) => urn !== team.urn);
    assert.deepEqual(
      others.map(({ type, name }) => `${type} ${name}`).filter((one) => !seen.has(one)),
      [],
    );
    // The SDK would make a resource wait for everything below the component.
    for (const [name, { dependsOn = [] }] of seen)
      for (const one of [dependsOn].flat())
        assert.ok(!pulumi.ComponentResource.isInstance(one), `${name} names a component in dependsOn`);
  });

  it("refuses a second service in one environment", async () => {
    const { error } = await runProgram(cloud, service(), (here, spec) => {
      const environment = new Environment("bookstore", { cloud: here, spec });
      new ImmutableService("bookstore", { cloud: here, spec, environment });
      return new ImmutableService("library", { cloud: here, spec, environment }).outputs;
    });
    assert.match(
      error?.message ?? "",
      /the environment already serves bookstore.*create another environment for library/,
    );
  });

  it("refuses an environment of another cloud", async () => {
    const { error } = await runProgram(cloud, service(), (here, spec) => {
      const environment = new Environment("bookstore", { cloud: cloud.make(), spec });
      return new ImmutableService("bookstore", { cloud: here, spec, environment }).outputs;
    });
    assert.match(error?.message ?? "", /must be created with the same cloud/);
  });

  it("stands beside other services without a clash of names, in the stack or in the cloud", async () => {
    const services = [service(), service({ name: "bookstore-two" }), service({ name: "book" })];
    const { resources } = await deploy(cloud, services);
    const names = resources.flatMap((resource) => {
      const name = cloud.nameInCloud(resource);
      return name === undefined ? [] : [JSON.stringify([resource.type, name])];
    });
    for (const all of [resources.map(({ urn }) => urn), names])
      assert.deepEqual(
        all.filter((one, index) => all.indexOf(one) !== index),
        [],
      );
  });

  it("is the same in a preview, which knows no id and no output", async () => {
    const [preview, update] = [
      await deploy(cloud, service({ releases: [further()] }), true),
      await deploy(cloud, service({ releases: [further()] })),
    ];
    assert.deepEqual(urnsOf(preview), urnsOf(update));
  });

  it("has no undefined or unresolved value in a string", async () => {
    for (const { name, inputs } of (await deploy(cloud, whole())).resources)
      assert.doesNotMatch(JSON.stringify({ ...inputs, __provider: "" }), /undefined|\[object|Calling \[to/, name);
  });
});

describe("the tree of resources of each example", () => {
  for (const [file, config] of Object.entries(examples()))
    it(`has at most twelve children directly below the service in ${file}`, async () => {
      const cloud = Object.entries(clouds).find(([name]) => name === config["immutable-service:cloud"])?.[1];
      const { resources, error } = await run(program, {
        config: asEngineConfig(config),
        outputsOf: cloud?.outputsOf ?? assert.fail("no such cloud"),
      });
      assert.equal(error, undefined);
      const children = childrenOf(resources, only(resources, componentTypes.service));
      assert.ok(children.length > 4 && children.length <= mostChildren, children.join("\n"));
    });
});

function runProgram(
  cloud: CloudUnderTest,
  args: ServiceArgs,
  body: (here: ReturnType<CloudUnderTest["make"]>, spec: ReturnType<typeof resolveService>) => unknown,
): Promise<Recording> {
  const here = cloud.make();
  return run(() => body(here, resolveService(args, here)), { outputsOf: cloud.outputsOf });
}

function childrenOf(resources: readonly Registered[], { urn }: Registered): string[] {
  return resources.filter(({ parent }) => parent === urn).map(({ type, name }) => `${type} ${name}`);
}

function urnsOf({ resources }: Recording): string[] {
  return resources.map(({ urn }) => urn).sort();
}

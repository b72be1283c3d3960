import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { globalName, shortened, uniqueName } from "../../components/clouds/alicloud/names";
import { enterpriseRepository, pulledFrom } from "../../components/clouds/alicloud/registry-address";
import { familyOf } from "../../components/clouds/aws/container";
import { shortName } from "../../components/clouds/aws/target-group";
import { releaseId } from "../../components/id";
import type { NetworkSpec } from "../../components/spec";
import fc from "../support/properties";
import { anyShape } from "../support/service";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,22}[a-z0-9]$/);
const version = fc.stringMatching(/^[0-9A-Za-z]([0-9A-Za-z.-]{0,22}[0-9A-Za-z])?$/);
/** The length of what auto-naming appends: a dash and seven hexadecimal digits. */
const appended = 8;

describe("names on AWS", () => {
  it("a target group's name has at most 32 characters with what auto-naming appends", () => {
    fc.assert(
      fc.property(name, version, (service, of) => {
        const full = shortName(service, releaseId(of, anyShape));
        assert.ok(full.length + appended <= 32, full);
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
        assert.match(full, /^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/);
      }),
      { numRuns: 500 },
    );
  });

  it("the names of two releases' target groups differ, however long they are", () => {
    const long = "the-longest-bookstore";
    const ids = Array.from({ length: 200 }, (_, n) => releaseId(`2026.11.22-build.${n}`, anyShape));
    assert.equal(new Set(ids.map((id) => shortName(long, id))).size, ids.length);
  });

  it("a family of task definitions has only characters that ECS accepts, whatever the stack is called", () => {
    // https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
    const stack = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
    fc.assert(
      fc.property(name, stack, version, (service, of, release) => {
        assert.match(familyOf(service, of, releaseId(release, anyShape)), /^[A-Za-z0-9_-]{1,255}$/);
      }),
    );
    assert.equal(familyOf("books", "prod.eu", "1-4-2-9f3ab1"), "books-prod-eu-1-4-2-9f3ab1");
  });

  it("the load balancer's name, which is the service's, has at most 32 characters with what auto-naming appends", () => {
    fc.assert(
      fc.property(name, (service) => {
        assert.ok(service.length + appended <= 32);
      }),
    );
  });
});

describe("names on Alibaba Cloud", () => {
  const context = (facts: { project?: string; stack?: string; region?: string } = {}, service = "bookstore") => ({
    name: service,
    spec: undefined,
    facts: {
      ...{ project: "immutable-service", stack: "dev", region: "cn-hangzhou", projectFolder: "." },
      ...{ accountType: undefined, endpoints: undefined },
      ...facts,
    },
    mark: pulumi.output("0a1b2c3d"),
    parent: new pulumi.ComponentResource("test:names:Parent", "parent"),
  });

  before(() => pulumi.runtime.setMocks({ newResource: () => ({ id: "id", state: {} }), call: () => ({}) }));

  it("begin with the service's name and end with a fingerprint of the project, the stack and the region", () => {
    const unique = uniqueName(context(), "role", "instance");
    assert.match(unique, /^bookstore-instance-[0-9a-f]{6}$/);
    assert.equal(uniqueName(context(), "role", "instance"), unique);
    for (const facts of [{ project: "other" }, { stack: "prod" }, { region: "cn-beijing" }])
      assert.notEqual(uniqueName(context(facts), "role", "instance"), unique, JSON.stringify(facts));
  });

  it("are as long as their kind allows at most", () => {
    const id = releaseId("2026.11.22-build.1234567", anyShape);
    const service = "the-longest-name-a-store";
    const longest = { "scaling group": 64, "scheduled task": 40, "launch template": 128 } as const;
    for (const [kind, length] of Object.entries(longest) as [keyof typeof longest, number][]) {
      const unique = uniqueName(context({}, service), kind, id, "schedule-12");
      assert.ok(unique.length <= length, `${kind}: ${unique}`);
    }
  });

  it("that are shortened begin the same, stay different and have no double dash", () => {
    const texts = Array.from({ length: 200 }, (_, n) => `the-longest-bookstore-2026-11-22-build-${n}`);
    const short = texts.map((text) => shortened(text, 30));
    assert.equal(new Set(short).size, texts.length);
    for (const text of short) assert.match(text, /^the-longest-bookstore(-20?)?-[0-9a-f]{6}$/);
    assert.equal(shortened("bookstore", 9), "bookstore");
    assert.equal(shortened("bookstore-of-the-town", 17).length, 16, "the dash before the fingerprint is not doubled");
  });

  it("that are global end with the random suffix", async () => {
    const named = (service: string) =>
      new Promise<string>((resolve) =>
        globalName(context({}, service), "bucket", "image-archives", { suffix: pulumi.output("0a1b2c3d") }).apply(
          resolve,
        ),
      );
    assert.equal(await named("bookstore"), "bookstore-image-archives-0a1b2c3d");
    const long = await named("b".repeat(60));
    assert.equal(long.length, 63);
    assert.ok(long.endsWith("-0a1b2c3d"), long);
  });
});

describe("addresses in Container Registry Enterprise Edition", () => {
  const repository = "books-registry.cn-hangzhou.cr.aliyuncs.com/team/bookstore";

  it("are split into their parts", () => {
    assert.deepEqual(
      { ...enterpriseRepository.exec(repository)?.groups },
      { instance: "books", region: "cn-hangzhou", namespace: "team", name: "bookstore" },
    );
    for (const other of [
      "registry.cn-hangzhou.aliyuncs.com/team/bookstore",
      "books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/bookstore",
      `${repository}:1.4.2`,
    ])
      assert.equal(enterpriseRepository.exec(other)?.groups?.instance, undefined, other);
  });

  it("have a form for networks that are linked to the registry, or without internet access", () => {
    const newNetwork = { cidr: "10.0.0.0/16", zones: 2, egress: "nat" } as const;
    const digest = `@sha256:${"a".repeat(64)}`;
    const address = (network: NetworkSpec, registry?: string) =>
      pulledFrom(`${repository}${digest}`, { network, registry });
    assert.equal(
      address({ ...newNetwork, egress: "endpoints" }),
      `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/bookstore${digest}`,
    );
    for (const network of [
      newNetwork,
      { vpcId: "vpc-a", privateSubnetIds: ["vsw-a"], publicSubnetIds: undefined },
    ] as const)
      assert.equal(address(network), `${repository}${digest}`);
    assert.equal(
      address(newNetwork, "cri-0123456789abcdef"),
      `books-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/bookstore${digest}`,
    );
  });
});

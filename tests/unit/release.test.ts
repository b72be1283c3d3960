import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { alicloud, aws } from "../../components";

import { fingerprint, fingerprintOf, releaseId } from "../../components/id";
import { resolveService } from "../../components/resolve";
import type { CloudName, ServiceArgs } from "../../components/stack-file/schema";
import fc from "../support/properties";
import { anyShape, digest, resolved, service } from "../support/service";
import { readStackFile } from "../support/stack-file";

const idOf = (changes: Partial<ServiceArgs> = {}) => resolved(changes).releases[0].id;
const token = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-a1b2c3";

describe("release ids", () => {
  it("are the version with dashes for dots, a dash, and six hexadecimal digits", () => {
    assert.match(idOf(), /^1-4-2-[0-9a-f]{6}$/);
    assert.match(idOf({ version: "2026.11.22-rc.1" }), /^2026-11-22-rc-1-[0-9a-f]{6}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Za-z]([0-9A-Za-z.-]{0,22}[0-9A-Za-z])?$/), (version) => {
        const id = releaseId(version, anyShape);
        assert.match(id, /^[0-9A-Za-z-]+-[0-9a-f]{6}$/);
        assert.equal(id, `${version.replaceAll(".", "-")}-${fingerprintOf(id)}`);
      }),
    );
  });

  it("do not depend on the order of keys, nor on whether an absent one is written as undefined", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (shape) => {
        const turned = Object.fromEntries([...Object.entries(shape)].reverse());
        assert.equal(fingerprint(turned), fingerprint(shape));
        assert.equal(fingerprint({ ...shape, "never written": undefined }), fingerprint(shape));
      }),
    );
    assert.equal(idOf({ environment: { A: "1", B: "2" } }), idOf({ environment: { B: "2", A: "1" } }));
  });

  it("depend on the order of a list", () => {
    assert.notEqual(idOf({ command: ["a", "b"] }), idOf({ command: ["b", "a"] }));
  });

  it("differ for versions that read alike, and in the fingerprint alone for releases of one image", () => {
    assert.notEqual(idOf({ version: "1.4.2" }), idOf({ version: "1-4-2" }));
    // A long name's target group is named by the fingerprint alone.
    assert.notEqual(fingerprintOf(idOf({ version: "1.4.2" })), fingerprintOf(idOf({ version: "1.4.3" })));
  });

  const shaping: Record<string, Partial<ServiceArgs>> = {
    name: { name: "bookshop" },
    version: { version: "1.4.3" },
    image: { image: digest("b") },
    architecture: { architecture: "arm64" },
    port: { port: 9090 },
    "size.cpu": { size: { cpu: 0.25, memoryGiB: 1 } },
    "size.memoryGiB": { size: { cpu: 0.5, memoryGiB: 2 } },
    disk: { disk: { sizeGiB: 40 } },
    "aws.rootDevice": { aws: { rootDevice: "/dev/sda1" } },
    command: { command: ["node", "server.js"] },
    environment: { environment: { CATALOGUE: "spring" } },
    secrets: { secrets: { TOKEN: token } },
    "a read-only root file system": { hardening: { readOnlyRoot: true } },
    "another user": { hardening: { user: "1000" } },
    "dropped capabilities": { hardening: { dropCapabilities: true } },
    "files, which put variables into the environment": { files: {} },
    "files.share": { files: { share: {} } },
    health: { health: { interval: 10, timeout: 5, healthyAfter: 20, unhealthyAfter: 20 } },
    "loadBalancer.idleTimeout, by which the app keeps its connections": { loadBalancer: { idleTimeout: 90 } },
    "the zones": { network: { zones: 3 } },
  };
  for (const [what, change] of Object.entries(shaping)) {
    it(`change with ${what}`, () => {
      assert.notEqual(idOf(change), idOf());
    });
  }

  it("change with the security groups of an existing network, and not with their order", () => {
    const ids = (securityGroupIds?: string[]) =>
      idOf({
        network: {
          vpcId: "vpc-0123",
          privateSubnetIds: ["subnet-0001", "subnet-0002"],
          publicSubnetIds: ["subnet-0003", "subnet-0004"],
          ...(securityGroupIds && { securityGroupIds }),
        },
      });
    assert.notEqual(ids(["sg-1"]), ids());
    assert.notEqual(ids(["sg-1", "sg-2"]), ids(["sg-1"]));
    assert.equal(ids(["sg-1", "sg-2"]), ids(["sg-2", "sg-1"]));
  });

  const else_: Record<string, Partial<ServiceArgs>> = {
    instances: { instances: { min: 3, max: 9, start: 4 } },
    triggers: {
      instances: { max: 4 },
      scaling: [
        { metric: "cpu", target: 60 },
        { schedule: "0 8 * * *", min: 1, max: 4 },
      ],
    },
    "logs' retention": { logs: { retentionDays: 90 } },
    tags: { tags: { team: "books" } },
    "the order of the zones": { network: { zones: ["use1-az2", "use1-az1"] } },
    gate: { gate: { from: "none" } },
    "the time that requests may drain": { loadBalancer: { drain: 60 } },
    "who may reach the load balancer": { loadBalancer: { allowFrom: ["10.0.0.0/8"] } },
    tls: { tls: { certificate: "arn:aws:acm:us-east-1:123456789012:certificate/1" } },
    "a release beside it, and so its weight": { releases: [{ version: "1.4.1", image: digest("b"), weight: 10 }] },
    "the app's permissions": {
      permissions: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-central-1:123456789012:orders"] }],
    },
    "policies of the app's role": { policyArns: ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"] },
    "settings that another cloud alone has": {
      alicloud: { registry: "cri-0123456789abcdef", secretsImage: digest("e") },
    },
    "a default written out": {
      hardening: { readOnlyRoot: false },
      port: 8080,
      architecture: "x86_64",
      size: { cpu: 0.5 },
      aws: { rootDevice: "/dev/xvda" },
    },
    "the image given per cloud": { image: { aws: digest("a"), alicloud: digest("c") } },
  };
  for (const [what, change] of Object.entries(else_)) {
    it(`do not change with ${what}`, () => {
      assert.equal(idOf(change), idOf());
    });
  }

  it("have the default of a setting that another cloud alone has, whatever it is", () => {
    const cloud = alicloud({ project: "immutable-service", stack: "dev", region: "cn-hangzhou" });
    const on = (changes: Partial<ServiceArgs>) =>
      resolveService(service({ image: { alicloud: digest("a") }, ...changes }), cloud).releases[0].id;
    assert.equal(on({ aws: { rootDevice: "/dev/sda1" } }), on({}));
  });

  // Running releases bear these ids: a change of what is hashed, or of how, would replace every one of them.
  const pinned: Record<string, readonly string[]> = {
    "Pulumi.alicloud-container.yaml": ["1-4-2-efc527"],
    "Pulumi.alicloud-vm.yaml": ["1-4-2-43613e"],
    "Pulumi.aws-canary.yaml": ["2-0-0-0457a7", "1-4-2-d4fed8"],
    "Pulumi.aws-container.yaml": ["1-4-2-6b3560"],
    "Pulumi.aws-vm.yaml": ["1-4-2-ef9f73"],
  };
  for (const [file, ids] of Object.entries(pinned)) {
    it(`of ${file} stay as they are`, () => {
      const config = readStackFile(readFileSync(join(__dirname, "../../examples", file), "utf8"));
      const name = config["immutable-service:cloud"] as CloudName;
      const region = config[`${name}:region`] as string;
      const cloud = { aws, alicloud }[name]({ project: "immutable-service", stack: "dev", region });
      assert.deepEqual(
        resolveService(config["immutable-service:service"], cloud).releases.map(({ id }) => id),
        ids,
      );
    });
  }

  it("do not change when a release moves from being the service to standing beside it", () => {
    const beside = resolved({
      version: "1.4.3",
      image: digest("b"),
      releases: [{ version: "1.4.2", image: digest("a"), weight: 5 }],
    });
    assert.equal(beside.releases[1]?.id, idOf());
    assert.deepEqual(
      beside.releases.map(({ weight }) => weight),
      [95, 5],
    );
  });
});

/**
 * Optional features on the real engine and the AWS provider: previews of the examples, and updates against an emulator.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ServiceArgs } from "../../components/spec";
import { withArtifact } from "../support/stack-file";
import { changed, noComplaints } from "./support/checks";
import { Cloud } from "./support/cloud";
import { changes, plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { StackRun } from "./support/stack";
import { findToolchain, needs, repository, type Toolchain } from "./support/toolchain";
import { missingRights } from "./support/rights";
import { World, type ServiceStack } from "./support/world";

const stackFiles = [
  "Pulumi.dev.yaml",
  ...readdirSync(join(repository, "examples"))
    .filter((file) => /^Pulumi\..*\.yaml$/.test(file))
    .map((file) => join("examples", file)),
]
  .map((file) => ({
    file,
    config: (parse(readFileSync(join(repository, file), "utf8")) as { config: Record<string, unknown> }).config,
  }))
  .map(({ file, config }) => ({ file, config: withArtifact(config) }))
  .filter(({ config }) => config["immutable-service:cloud"] === "aws");

describe("engine: previews of the examples on AWS without an account", () => {
  let toolchain: Toolchain;
  before(function () {
    toolchain = needs(this, findToolchain());
  });

  for (const { file, config } of stackFiles) {
    it(`show no warning of the real provider for ${file}`, async () => {
      // With these settings the provider sends no call: no emulator runs, and nothing listens behind the proxy.
      const run = await StackRun.create({
        toolchain,
        config: { ...config, "aws:skipCredentialsValidation": true, "aws:skipRequestingAccountId": true },
      });
      try {
        const preview = await run.preview();
        noComplaints(preview);
        assert.ok(changed(plannedChanges(preview)).length > 20);
      } finally {
        run.remove();
      }
    });
  }
});

const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:books/db-AbCdEf";
const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/books/key";
const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000";
const secretValue = "value-that-nobody-may-see";

describe("engine: services with optional features on AWS", () => {
  const simulated = new SimulatedReleases();
  let world: World, cloud: Cloud, containers: ServiceStack, machines: ServiceStack;
  let empty: string[];
  const created = new Map<ServiceStack, string[]>();
  /** How many resources of a type a stack has created. */
  const count = (stack: ServiceStack, type: string) =>
    created.get(stack)?.filter((step) => step.startsWith(`create ${type} `)).length;

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
    cloud = new Cloud(world.emulator, world.gateway);
    await world.emulator.json("secretsmanager", "secretsmanager.CreateSecret", {
      Name: "books/db",
      SecretString: secretValue,
    });
    await world.emulator.json("ssm", "AmazonSSM.PutParameter", {
      Name: "/books/key",
      Value: secretValue,
      Type: "SecureString",
    });
    const network = await existingNetwork();
    empty = await cloud.inventory();
    const service: Omit<ServiceArgs, "name" | "compute" | "image"> = {
      version: "1.0.0",
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      files: { share: { path: "/files" } },
      secrets: { DB: secret, KEY: parameter },
      environment: { QUOTED: 'a "b" $c' },
      tags: { team: "books" },
    };
    containers = await world.stack({
      ...service,
      name: "container",
      compute: "container",
      image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${"1".repeat(64)}`,
      tls: { certificate },
      network: { egress: "endpoints" },
      scaling: [{ metric: "memory", target: 70 }],
      instances: { min: 2, max: 4 },
      command: ["node", "app.js"],
      disk: { sizeGiB: 40 },
      architecture: "arm64",
    });
    machines = await world.stack({
      ...service,
      name: "vm",
      compute: "vm",
      image: `ami-${"1".repeat(17)}`,
      network,
      loadBalancer: { internal: true, allowFrom: ["10.0.0.0/8"] },
    });
  });

  /** A network that exists before the stack. */
  async function existingNetwork(): Promise<{ vpcId: string; privateSubnetIds: string[] }> {
    const id = (xml: string, element: string) => new RegExp(`<${element}>([^<]*)`).exec(xml)?.[1] ?? "";
    const vpcId = id(
      await world.emulator.query("ec2", "2016-11-15", "CreateVpc", { CidrBlock: "10.9.0.0/16" }),
      "vpcId",
    );
    const subnets = ["a", "b"].map(async (zone, index) =>
      id(
        await world.emulator.query("ec2", "2016-11-15", "CreateSubnet", {
          VpcId: vpcId,
          CidrBlock: `10.9.${index}.0/24`,
          AvailabilityZone: `us-east-1${zone}`,
        }),
        "subnetId",
      ),
    );
    return { vpcId, privateSubnetIds: await Promise.all(subnets) };
  }

  it("are created without a warning, and the next preview shows no change", async () => {
    await Promise.all(
      [containers, machines].map(async (stack) => {
        const run = await stack.up();
        noComplaints(run);
        created.set(stack, changed(changes(run)));
        assert.deepEqual(plannedChanges(await stack.preview()), []);
      }),
    );
  });

  it("serve HTTPS on port 443 and redirect port 80 to it", async () => {
    const listeners = await cloud.listeners("container");
    assert.deepEqual([...listeners.keys()].sort(), [443, 80]);
    assert.deepEqual(
      listeners.get(443)?.Certificates?.map(({ CertificateArn: arn }) => arn),
      [certificate],
    );
    const [rule, ...others] = await cloud.rules("container", 80);
    assert.deepEqual(others, []);
    const redirect = rule?.Actions?.[0]?.RedirectConfig;
    assert.deepEqual([redirect?.Protocol, redirect?.Port, redirect?.StatusCode], ["HTTPS", "443", "HTTP_301"]);
    assert.equal((await cloud.rules("container", 443)).length, 2);
    assert.match(String((await containers.run.outputs()).url), /^https:/);
  });

  it("have a shared file system with a mount target in each zone, mounted by both computes", async () => {
    for (const stack of [containers, machines])
      assert.deepEqual(
        [count(stack, "FileSystem"), count(stack, "MountTarget"), count(stack, "AccessPoint")],
        [1, 2, 1],
      );
    assert.match(await cloud.taskDefinitions(), /"efsVolumeConfiguration":\{"fileSystemId":"fs-/);
    assert.match(await cloud.userData("vm"), /mount.*-t.*efs.*tls,iam,accesspoint=fsap-/);
  });

  it("create no NAT gateway and no public address with endpoints, and no network resource in an existing network", () => {
    assert.deepEqual(
      [count(containers, "NatGateway"), count(containers, "Eip"), count(containers, "VpcEndpoint")],
      [0, 0, 7],
    );
    assert.deepEqual(
      ["Vpc", "Subnet", "RouteTable", "InternetGateway", "NatGateway", "VpcEndpoint"].map((type) =>
        count(machines, type),
      ),
      [0, 0, 0, 0, 0, 0],
    );
  });

  it("pass secrets by reference: their values are in no state and in no request to the cloud", async () => {
    const definitions = await cloud.taskDefinitions();
    assert.ok(definitions.includes(secret) && definitions.includes(parameter));
    const userData = await cloud.userData("vm");
    const scripts = [...userData.matchAll(/"content":"([^"]*)"/g)]
      .map(([, content = ""]) => Buffer.from(content, "base64").toString())
      .join("\n");
    assert.ok(scripts.includes(secret) && scripts.includes(parameter));
    const states = await Promise.all(
      [containers, machines].map(async ({ run }) => JSON.stringify(await run.exportState())),
    );
    const requests = JSON.stringify(world.gateway.calls.map(({ parameters }) => parameters));
    const encoded = Buffer.from(secretValue).toString("base64").replace(/=*$/, "");
    for (const text of [definitions, userData, scripts, requests, ...states])
      assert.ok(!text.includes(secretValue) && !text.includes(encoded));
    assert.deepEqual(
      world.gateway.calls.filter(({ action }) => /GetSecretValue|GetParameters?$/.test(action)),
      [],
    );
  });

  it("switch TLS off, or on again, after an update that was killed when it had deleted the listener", async () => {
    const killedWithoutTls = async () => {
      containers.set({ tls: undefined });
      const { killed } = await containers.run.upKilledBy((kill) => {
        world.gateway.beforeReply = ({ action }) => {
          if (action === "DeleteListener") kill();
        };
      });
      world.gateway.beforeReply = undefined;
      assert.ok(killed);
      await containers.run.cancel();
      assert.deepEqual([...(await cloud.listeners("container")).keys()], [80]);
    };
    await killedWithoutTls();
    await containers.up();
    assert.deepEqual([...(await cloud.listeners("container")).keys()], [80]);
    await containers.up({ tls: { certificate } });
    await killedWithoutTls();
    await containers.up({ tls: { certificate } });
    assert.deepEqual([...(await cloud.listeners("container")).keys()].sort(), [443, 80]);
    assert.deepEqual(plannedChanges(await containers.preview()), []);
  });

  it("leave nothing in the state or in the cloud after destroy", async () => {
    await Promise.all(
      [containers, machines].map(async ({ run }) => {
        await run.destroy();
        assert.deepEqual((await run.exportState()).deployment.resources ?? [], []);
      }),
    );
    assert.deepEqual(world.gateway.applicationAutoScaling.targets, []);
    assert.deepEqual(await cloud.inventory(), empty);
  });

  it("make no request whose right is missing in docs/rights.md", () => {
    assert.deepEqual(missingRights(world.gateway.calls), []);
  });
});

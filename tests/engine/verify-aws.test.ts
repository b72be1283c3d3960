/** `npm run verify` on services on the emulator of AWS: what it sees of healthy ones, and each kind of defect. */
import assert from "node:assert/strict";
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from "@aws-sdk/client-ecr";
import { CreateTagsCommand, DeregisterImageCommand, EC2Client, RegisterImageCommand } from "@aws-sdk/client-ec2";
import { CreateLifecyclePolicyCommand, ImagebuilderClient } from "@aws-sdk/client-imagebuilder";
import { S3Client } from "@aws-sdk/client-s3";
import type { ServiceArgs } from "../../components/spec";
import { AccountState } from "./support/account";
import type { Both } from "./support/both";
import { clientSettings } from "./support/client-settings";
import { Cloud } from "./support/cloud";
import { ImageBuilder } from "./support/image-builder";
import { balancingLimits } from "./support/quotas";
import type { CommandResult } from "./support/processes";
import { SimulatedReleases } from "./support/simulated-releases";
import { stoppedTasks } from "./support/stopped-tasks";
import { ReleaseServer, type VerifyReport, named, recordOf, row, verify } from "./support/verify";
import { type VerifiedService, defectsOf } from "./support/verify-defects";
import { Interfaces, SimulatedMachines, bucketPolicyStatus } from "./support/verify-gaps";
import { World } from "./support/world";

type Compute = keyof Both;
const computes = ["container", "vm"] as const;

describe("engine: npm run verify on AWS", () => {
  const simulated = new SimulatedReleases();
  const machines = new SimulatedMachines();
  const account = new AccountState(true);
  const balancing = balancingLimits();
  const interfaces = new Interfaces();
  const stacks = {} as Both;
  const services = {} as Record<Compute, VerifiedService>;
  const record = {} as Record<Compute, string[]>;
  let world: World, cloud: Cloud, imageBuilder: ImageBuilder;
  let fresh: VerifyReport & CommandResult;

  World.forSuite({ docker: false, account }, async (started) => {
    world = started;
    await simulated.startIn(world);
    world.gateway.sources.instances = machines.instances;
    for (const correction of [balancing.correction, stoppedTasks, machines.termination])
      world.gateway.correct(correction);
    cloud = new Cloud(world.emulator, world.gateway);
    imageBuilder = new ImageBuilder(world.emulator);
    const service = (name: string, compute: Compute, image: string): ServiceArgs => ({
      name,
      compute,
      version: "1.0.0",
      image,
      instances: { min: 2, max: 6 },
      files: compute === "vm" ? { share: {} } : {},
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      network: { egress: "nat" },
      scaling: [
        { metric: "cpu", target: 60 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 2, max: 5 },
      ],
    });
    const images = { container: await pushedImage(), vm: await registeredImage() };
    stacks.container = await world.stack(service("shop", "container", images.container));
    await imageBuilder.start();
    world.closing.push(() => imageBuilder.stop());
    const builder = { AWS_ENDPOINT_URL_IMAGEBUILDER: imageBuilder.url };
    stacks.vm = await world.stack(service("store", "vm", images.vm), {}, builder);
    stacks.container.set({});
    fresh = await verify(stacks.container, ["--prerequisites"]);
    await onEach((compute) => deploy(compute, images[compute]));
    services.vm.server.logs = false;
    await writeLog();
    for (const correction of [interfaces, bucketPolicyStatus(client(S3Client))]) world.gateway.correct(correction);
  });
  const client = <Client>(Class: new (settings: ReturnType<typeof clientSettings>) => Client) =>
    new Class(clientSettings(world.gateway.url));
  const check = (compute: Compute, more: readonly string[] = []) =>
    verify(stacks[compute], ["--url", services[compute].server.url, ...record[compute], ...more]);

  function onEach<Value>(run: (compute: Compute) => Promise<Value>): Promise<Value[]> {
    return Promise.all(computes.map(run));
  }

  async function deploy(compute: Compute, image: string): Promise<void> {
    const stack = stacks[compute];
    await stack.up();
    const server = new ReleaseServer(answeringFor(stack.name));
    await server.start();
    world.closing.push(() => server.stop());
    const outputs = await stack.run.outputs();
    const { limits } = balancing;
    services[compute] = { stack, image, outputs, server, gateway: world.gateway, cloud, account, limits, interfaces };
    record[compute] = await recordOf(stack);
  }

  /** The release that the emulator's rules of a service forward a request to. */
  function answeringFor(name: string) {
    // Read once a second: the emulator is slow beside other tests, and requests arrive together.
    let routed: { until: number; read?: ReturnType<typeof readRouting> } = { until: 0 };
    return async (header = ""): Promise<string | undefined> => {
      if (Date.now() > routed.until) routed = { until: Date.now() + 1000, read: readRouting(name) };
      const { values, split } = await (routed.read ?? readRouting(name));
      if (values.includes(header)) return header.replace(/-[0-9a-f]{8}$/, "");
      return Object.entries(split).find(([, share]) => share > 0)?.[0];
    };
  }

  async function readRouting(name: string) {
    const [rules, split] = await Promise.all([cloud.rules(name), cloud.split(name)]);
    const conditions = rules.flatMap(({ Conditions = [] }) => Conditions);
    return { values: conditions.flatMap(({ HttpHeaderConfig: one }) => one?.Values ?? []), split };
  }

  async function pushedImage(): Promise<string> {
    const ecr = client(ECRClient);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "app" }));
    const { image } = await ecr.send(
      new PutImageCommand({
        repositoryName: "app",
        imageTag: "r1",
        imageManifest: JSON.stringify({ schemaVersion: 2 }),
      }),
    );
    return `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@${image?.imageId?.imageDigest ?? ""}`;
  }

  /** An image as Image Builder leaves it. */
  async function registeredImage(): Promise<string> {
    const ec2 = client(EC2Client);
    const { ImageId = "" } = await ec2.send(new RegisterImageCommand({ Name: "store-1" }));
    const record = "arn:aws:imagebuilder:us-east-1:123456789012:image/store/1.0.0/1";
    await ec2.send(
      new CreateTagsCommand({ Resources: [ImageId], Tags: [{ Key: "Ec2ImageBuilderArn", Value: record }] }),
    );
    return ImageId;
  }

  async function writeLog(): Promise<void> {
    const logs = client(CloudWatchLogsClient);
    const stream = { logGroupName: String(services.container.outputs.logs), logStreamName: "app" };
    await logs.send(new CreateLogStreamCommand(stream));
    await logs.send(
      new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message: "a request" }] }),
    );
  }

  it("finds what a fresh account lacks", async () => {
    const roles = ["ElasticLoadBalancing", "ECS", "ApplicationAutoScaling_ECSService"];
    assert.deepEqual(
      named(fresh, "fail"),
      roles.map((name) => `role: AWSServiceRoleFor${name}`),
    );
    assert.equal(fresh.exitCode, 1);
    const { remedy = "" } = row(fresh, "role: AWSServiceRoleForECS");
    assert.match(remedy, /aws iam create-service-linked-role --aws-service-name ecs\.amazonaws\.com$/);
    const quotaRows = ["quota: VPCs", "quota: Elastic IP addresses", "quota: vCPUs of Fargate"];
    assert.deepEqual(named(fresh, "pass"), ["account", ...quotaRows]);
    const machines = await verify(stacks.vm, ["--prerequisites"]);
    assert.deepEqual(
      machines.checks.map(({ check }) => check).filter((name) => name.startsWith("role: ")),
      ["ElasticLoadBalancing", "AutoScaling", "AmazonElasticFileSystem"].map(
        (name) => `role: AWSServiceRoleFor${name}`,
      ),
    );
    account.quotas.vpcs.value = 1;
    const later = await verify(stacks.container, ["--prerequisites"]);
    assert.ok(named(later, "fail").includes("quota: VPCs"));
    assert.match(row(later, "quota: VPCs").remedy ?? "", /aws service-quotas request-service-quota-increase/);
  });

  it("passes, and could not see whether a silent app's log arrives", async () => {
    // Without files: pulumi prints outputs, state and configuration.
    const reports = await onEach((compute) => verify(stacks[compute], ["--url", services[compute].server.url]));
    for (const { checks, seconds } of reports) {
      assert.deepEqual(
        checks.filter(({ result }) => result === "fail"),
        [],
      );
      assert.ok(seconds < 60, `${seconds} s`);
    }
    assert.deepEqual(
      reports.map((report) => [named(report, "unseen"), report.exitCode]),
      [
        [[], 0],
        [["logs"], 3],
      ],
    );
  });

  it("kills one instance and sees it replaced, under the stack's name or the service's", async () => {
    const usage = /exit code 2.*must be the name of the stack, "test", or of its service, "shop"/s;
    await assert.rejects(check("container", ["--disrupt", "other"]), usage);
    const name = { container: "shop", vm: "test" };
    for (const report of await onEach((compute) => check(compute, ["--disrupt", name[compute]])))
      assert.match(
        row(report, "a lost instance is replaced").saw,
        /was replaced after \d+ s; 0 of \d+ requests failed/,
      );
  });

  it("finds a defect of each kind", async () => {
    const seeds = computes.map((compute) => defectsOf(services[compute]));
    for (const seed of seeds.flatMap((each) => Object.values(each))) await seed();
    const reports = await onEach((compute) => check(compute));
    for (const [index, report] of reports.entries()) {
      assert.equal(report.exitCode, 1);
      assert.deepEqual(named(report, "fail").sort(), Object.keys(seeds[index] ?? {}).sort());
      for (const { result, remedy } of report.checks) assert.ok(result !== "fail" || remedy, "what to do");
      assert.match(row(report, "triggers and schedules").saw, /suspended: \w/);
    }
    const [container = assert.fail("no report")] = reports;
    assert.match(row(container, "images in use stay").saw, /rule 1 of the repository app is about/);
    // Of machines, the gateway has no more than the account's vCPUs allow.
    assert.match(row(container, "room for a release: load balancer").saw, /^target groups of .*; targets of/);
  });

  it("could not see whether a lifecycle policy of Image Builder deletes a machine image", async () => {
    const builder = new ImagebuilderClient(clientSettings(imageBuilder.url));
    const amis = {
      action: { type: "DELETE", includeResources: { amis: true } },
      filter: { type: "AGE", value: 30, unit: "DAYS" },
    } as const;
    await builder.send(
      new CreateLifecyclePolicyCommand({
        name: "monthly",
        executionRole: "arn:aws:iam::123456789012:role/lifecycle",
        resourceType: "AMI_IMAGE",
        policyDetails: [amis],
        resourceSelection: { recipes: [{ name: "Store", semanticVersion: "1.0.0" }] },
      }),
    );
    const { result, saw } = row(await check("vm"), "images in use stay");
    assert.match(`${result}: ${saw}`, /^unseen: .*lifecycle policy monthly deletes ami-/);
  });

  it("finds a machine image that does not exist any more", async () => {
    const { image } = services.vm;
    await client(EC2Client).send(new DeregisterImageCommand({ ImageId: image }));
    const { result, saw } = row(await check("vm"), "images in use stay");
    assert.deepEqual([result, saw.includes(`no ${image}`)], ["fail", true]);
  });
});

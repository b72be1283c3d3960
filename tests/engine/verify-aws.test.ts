/** `npm run verify` on a service on the emulator of AWS: what it sees of a healthy one, and each kind of defect. */
import assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  ListImagesCommand,
  PutImageCommand,
  PutLifecyclePolicyCommand,
} from "@aws-sdk/client-ecr";
import { AuthorizeSecurityGroupIngressCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  ElasticLoadBalancingV2Client,
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeletePublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { AccountState } from "./support/account";
import { clientSettings } from "./support/client-settings";
import { Cloud } from "./support/cloud";
import { balancingLimits } from "./support/quotas";
import type { CommandResult } from "./support/processes";
import { SimulatedReleases } from "./support/simulated-releases";
import { stoppedTasks } from "./support/stopped-tasks";
import { ReleaseServer, type VerifyReport, named, recordOf, row, verify } from "./support/verify";
import { World, type ServiceStack } from "./support/world";

describe("engine: npm run verify on AWS", function () {
  this.timeout(240_000);
  const simulated = new SimulatedReleases();
  const account = new AccountState(true);
  const balancing = balancingLimits();
  let world: World, cloud: Cloud, stack: ServiceStack, server: ReleaseServer;
  let fresh: VerifyReport & CommandResult;
  let outputs: Record<string, unknown>, record: string[];
  let routed: { until: number; read?: ReturnType<typeof readRouting> } = { until: 0 };

  World.forSuite({ docker: false, account }, async (started) => {
    world = started;
    await simulated.start();
    world.closing.push(() => simulated.stop());
    world.gateway.sources.health = simulated.health;
    world.gateway.correct(balancing.correction);
    world.gateway.correct(stoppedTasks);
    cloud = new Cloud(world.emulator, world.gateway);
    server = new ReleaseServer(answering);
    await server.start();
    world.closing.push(() => server.stop());
    stack = await world.stack({
      name: "shop",
      compute: "container",
      version: "1.0.0",
      image: await pushedImage(),
      instances: { min: 2, max: 6 },
      files: { whenRemoved: "delete" },
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      network: { egress: "nat" },
      scaling: [
        { metric: "cpu", target: 60 },
        { schedule: "0 8 * * MON-FRI", timezone: "Asia/Shanghai", min: 4, max: 6 },
      ],
    });
    stack.set({});
    fresh = await verify(stack, ["--prerequisites"]);
    await stack.up();
    outputs = await stack.run.outputs();
    record = await recordOf(stack);
    await writeLog();
  });
  const client = <Client>(Class: new (settings: ReturnType<typeof clientSettings>) => Client) =>
    new Class(clientSettings(world.gateway.url));
  const check = (more: readonly string[] = []) => verify(stack, ["--url", server.url, ...record, ...more]);

  /** What seeds the defect that each check finds. */
  function defects(): Record<string, () => Promise<unknown>> {
    const { limits } = balancing;
    const balancer = client(ElasticLoadBalancingV2Client);
    const listener = async () => (await cloud.listeners("shop")).get(80)?.ListenerArn;
    const open = (GroupId: unknown, port: number) => {
      const IpRanges = [{ CidrIp: "0.0.0.0/0" }];
      const rule = { IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges };
      const command = new AuthorizeSecurityGroupIngressCommand({ GroupId: String(GroupId), IpPermissions: [rule] });
      return client(EC2Client).send(command);
    };
    return {
      address: splitToAnother,
      "traffic split": () => Promise.resolve(),
      "X-Release needs the key": async () => {
        const condition = { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Release", Values: ["*"] } };
        const forward = { Type: "forward" as const, TargetGroupArn: String(outputs.targetGroup) };
        const rule = { ListenerArn: await listener(), Priority: 40_001, Conditions: [condition], Actions: [forward] };
        await balancer.send(new CreateRuleCommand(rule));
      },
      logs: () =>
        client(CloudWatchLogsClient).send(
          new DeleteLogStreamCommand({ logGroupName: String(outputs.logs), logStreamName: "app" }),
        ),
      "bounds of the groups": async () => {
        const [target] = world.gateway.applicationAutoScaling.targets;
        await Promise.resolve(Object.assign(target ?? {}, { MinCapacity: 1, MaxCapacity: 2 }));
      },
      "triggers and schedules": async () => {
        const [action] = world.gateway.applicationAutoScaling.scheduledActions;
        await Promise.resolve(Object.assign(action ?? {}, { Schedule: "cron(0 9 ? * 2-6 *)" }));
      },
      "admitted: the instances": () => open(outputs.securityGroupId, 22),
      listeners: async () => {
        const { id } = outputs.loadBalancer as { id: string };
        const DefaultActions = [{ Type: "forward" as const, TargetGroupArn: String(outputs.targetGroup) }];
        const port = { LoadBalancerArn: id, Protocol: "HTTP" as const, Port: 8080, DefaultActions };
        await balancer.send(new CreateListenerCommand(port));
      },
      "the bucket blocks public access": () =>
        client(S3Client).send(new DeletePublicAccessBlockCommand({ Bucket: String(outputs.files) })),
      "images in use stay": () => {
        const selection = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 };
        const lifecyclePolicyText = JSON.stringify({
          rules: [{ rulePriority: 1, selection, action: { type: "expire" } }],
        });
        return client(ECRClient).send(new PutLifecyclePolicyCommand({ repositoryName: "app", lifecyclePolicyText }));
      },
      "images in use are marked": async () => {
        const ecr = client(ECRClient);
        const { imageIds = [] } = await ecr.send(new ListImagesCommand({ repositoryName: "app" }));
        const live = imageIds.filter(({ imageTag }) => imageTag?.startsWith("live-"));
        await ecr.send(
          new BatchDeleteImageCommand({ repositoryName: "app", imageIds: live.map(({ imageTag }) => ({ imageTag })) }),
        );
      },
      "room for a release: vCPUs": () => Promise.resolve((account.quotas.containerVcpus.value = 1)),
      "room for a release: load balancer": () =>
        Promise.resolve(limits.set("target-groups-per-application-load-balancer", 1)),
      "files by the app's role": () => Promise.resolve((server.mayWrite = false)),
    };

    /** Somebody forwards everything to a group of their own, whose instances answer with another release. */
    async function splitToAnother(): Promise<void> {
      const { TargetGroups: [other] = [] } = await balancer.send(
        new CreateTargetGroupCommand({
          Name: "other",
          Protocol: "HTTP",
          Port: 80,
          TargetType: "ip",
          VpcId: await vpc(),
        }),
      );
      const split = await cloud.splitRule("shop");
      const Actions = [{ Type: "forward" as const, TargetGroupArn: other?.TargetGroupArn }];
      await balancer.send(new ModifyRuleCommand({ RuleArn: split?.RuleArn, Actions }));
    }

    async function vpc(): Promise<string | undefined> {
      const { TargetGroups: [own] = [] } = await balancer.send(new DescribeTargetGroupsCommand({}));
      return own?.VpcId;
    }
  }

  /** The release that the emulator's rules forward a request to. */
  async function answering(header = ""): Promise<string | undefined> {
    const { values, split } = await routing();
    if (values.includes(header)) return header.replace(/-[0-9a-f]{8}$/, "");
    return Object.entries(split).find(([, share]) => share > 0)?.[0];
  }

  async function readRouting() {
    const [rules, split] = await Promise.all([cloud.rules("shop"), cloud.split("shop")]);
    const conditions = rules.flatMap(({ Conditions = [] }) => Conditions);
    return { values: conditions.flatMap(({ HttpHeaderConfig: one }) => one?.Values ?? []), split };
  }

  /** Read once a second: the emulator is slow beside other tests, and requests arrive together. */
  function routing(): ReturnType<typeof readRouting> {
    if (Date.now() > routed.until) routed = { until: Date.now() + 1000, read: readRouting() };
    return routed.read ?? readRouting();
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

  async function writeLog(): Promise<void> {
    const logs = client(CloudWatchLogsClient);
    const stream = { logGroupName: String(outputs.logs), logStreamName: "app" };
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
    account.quotas.vpcs.value = 1;
    const later = await verify(stack, ["--prerequisites"]);
    assert.ok(named(later, "fail").includes("quota: VPCs"));
    assert.match(row(later, "quota: VPCs").remedy ?? "", /aws service-quotas request-service-quota-increase/);
  });

  it("passes, and says what the emulator has no API for", async () => {
    // Without files: pulumi prints outputs, state and configuration.
    const report = await verify(stack, ["--url", server.url]);
    assert.deepEqual(
      report.checks.filter(({ result }) => result === "fail"),
      [],
    );
    assert.equal(report.exitCode, 3, report.stdout);
    assert.deepEqual(named(report, "unseen"), ["public addresses of instances", "the bucket's policy is not public"]);
    assert.ok(report.seconds < 60, `${report.seconds} s`);
  });

  it("kills one instance and sees it replaced, only under the service's name", async () => {
    await assert.rejects(check(["--disrupt", "other"]), /exit code 2.*must be the service's name, "shop"/s);
    const report = await check(["--disrupt", "shop"]);
    assert.match(row(report, "a lost instance is replaced").saw, /was replaced after \d+ s; 0 of \d+ requests failed/);
  });

  it("finds a defect of each kind", async () => {
    await Promise.all(Object.values(defects()).map((seed) => seed()));
    const report = await check();
    assert.equal(report.exitCode, 1);
    assert.deepEqual(named(report, "fail").sort(), Object.keys(defects()).sort());
    for (const { result, remedy } of report.checks) assert.ok(result !== "fail" || remedy, "what to do");
  });
});

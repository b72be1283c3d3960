/** `npm run verify` on a service on the emulator of AWS: what it sees of a healthy one, and each kind of defect. */
import assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, ECRClient, PutImageCommand, PutLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import { AuthorizeSecurityGroupIngressCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  ElasticLoadBalancingV2Client,
  CreateListenerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DeletePublicAccessBlockCommand, S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./support/client-settings";
import { Cloud } from "./support/cloud";
import { emulatedQuotas } from "./support/quotas";
import { SimulatedReleases } from "./support/simulated-releases";
import { ReleaseServer, named, row, verify } from "./support/verify";
import { World, type ServiceStack } from "./support/world";

describe("engine: npm run verify on AWS", function () {
  this.timeout(240_000);
  const simulated = new SimulatedReleases();
  const quotas = emulatedQuotas();
  let world: World, cloud: Cloud, stack: ServiceStack, server: ReleaseServer;
  let outputs: Record<string, unknown>;

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.start();
    world.closing.push(() => simulated.stop());
    world.gateway.sources.health = simulated.health;
    world.gateway.correct(quotas.correction);
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
    await stack.up();
    outputs = await stack.run.outputs();
    await writeLog();
  });
  const client = <Client>(Class: new (settings: ReturnType<typeof clientSettings>) => Client) =>
    new Class(clientSettings(world.gateway.url));
  const check = (options?: { fresh?: boolean }) => verify(stack, ["--url", server.url], options);

  /** The release that the emulator's rules forward a request to. */
  async function answering(header = ""): Promise<string | undefined> {
    const values = (await cloud.rules("shop")).flatMap(({ Conditions = [] }) =>
      Conditions.flatMap(({ HttpHeaderConfig: one }) => one?.Values ?? []),
    );
    if (values.includes(header)) return header.replace(/-[0-9a-f]{8}$/, "");
    return Object.entries(await cloud.split("shop")).find(([, share]) => share > 0)?.[0];
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

  it("passes, and says what the emulator has no API for", async () => {
    const report = await check();
    assert.deepEqual(named(report, "fail"), []);
    assert.equal(report.exitCode, 3, report.stdout);
    console.log(report.stdout, report.seconds);
  });
});

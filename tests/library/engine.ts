/**
 * The packed library in a program of its own, on the real engine with Pulumi's default runtime, which type-checks the
 * program and its libraries.
 */
import assert from "node:assert/strict";
import { changed, done, inOrder, noComplaints } from "../engine/support/checks";
import { Cloud } from "../engine/support/cloud";
import { plannedChanges } from "../engine/support/engine-events";
import { SimulatedReleases } from "../engine/support/simulated-releases";
import { StackRun } from "../engine/support/stack";
import { World } from "../engine/support/world";
import { type LibraryPackage, Program } from "./support/package";

const digest = (digit: string) => `registry.test/app@sha256:${digit.repeat(64)}`;

/** The services of the stack's configuration, with outputs of the program's other resources as inputs. */
const program = `import * as pulumi from "@pulumi/pulumi";
import * as sdk from "@pulumi/aws";
import { ImmutableService, type ServiceArgs, aws, resolveService } from "immutable-service";

const config = new pulumi.Config();
const cloud = aws({ region: new pulumi.Config("aws").require("region") });
const topic = new sdk.sns.Topic("events", { name: config.get("topic") });
const policy = new sdk.iam.Policy("publish", {
  policy: sdk.iam.getPolicyDocumentOutput({ statements: [{ actions: ["sns:Publish"], resources: [topic.arn] }] }).json,
});
const database = config.getBoolean("database")
  ? new sdk.rds.Instance("database", {
      engine: "postgres",
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      username: "app",
      manageMasterUserPassword: true,
      skipFinalSnapshot: true,
    })
  : undefined;

const services = config.requireObject<ServiceArgs[]>("services").map((args) => {
  const environment = { TOPIC_ARN: topic.arn, ...(database && { DATABASE_HOST: database.address }) };
  const secrets = database && {
    DATABASE_PASSWORD: database.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? ""),
  };
  const spec = resolveService({ ...args, environment, secrets, policyArns: [policy.arn] }, cloud);
  return new ImmutableService(args.name, { cloud, spec }).outputs;
});

for (const [index, { securityGroupId }] of (database ? services : []).entries()) {
  new sdk.vpc.SecurityGroupIngressRule(\`database-from-\${index}\`, {
    securityGroupId: database!.vpcSecurityGroupIds[0],
    referencedSecurityGroupId: securityGroupId,
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
  });
}

export const urls = services.map(({ url }) => url);
export const releases = services.map(({ release }) => release);
export const topicArn = topic.arn;
`;

/** What the engine makes of a program that imports it. */
export function onTheEngine(packed: () => LibraryPackage): void {
  describe("engine: the packed library in another program", () => {
    const simulated = new SimulatedReleases();
    let world: World, cloud: Cloud, installed: Program, run: StackRun;
    let empty: string[];
    const orders = (version: string, digit: string) => ({
      name: "orders",
      version,
      compute: "container",
      image: digest(digit),
      files: { whenRemoved: "delete" },
      logs: { whenRemoved: "delete" },
      gate: { url: simulated.url, answers: 2, within: 50 },
      health: { startWithin: 10 },
      network: { egress: "nat" },
    });
    const reports = { name: "reports", version: "1.0.0", compute: "vm", image: `ami-${"1".repeat(17)}` };
    const configure = (services: object[], more: object = {}) => {
      const settings = { "aws:region": "us-east-1", "aws:s3UsePathStyle": true, "program:services": services };
      run.configure({ ...settings, ...more });
    };
    const release = async () => ((await run.outputs()).releases as string[])[0] ?? "";

    World.forSuite({ docker: false }, async (started) => {
      world = started;
      await simulated.startIn(world);
      cloud = new Cloud(world.emulator, world.gateway);
      empty = await cloud.inventory();
      installed = await Program.create(packed(), ["@pulumi/aws"]);
      world.closing.push(() => {
        installed.remove();
      });
      installed.write("index.ts", program);
      run = await StackRun.create({
        toolchain: world.toolchain,
        gatewayUrl: world.gateway.url,
        config: {},
        program: installed.folder,
      });
      world.closing.push(() => {
        run.remove();
      });
    });

    it("previews two services, on containers and on virtual machines, with a database's outputs as inputs", async () => {
      configure([orders("1.0.0", "1"), reports], { "program:database": true });
      const preview = await run.preview();
      noComplaints(preview);
      const planned = changed(plannedChanges(preview));
      for (const step of [
        /^create Instance database$/,
        /^create Service orders-1-0-0-[0-9a-f]{6}$/,
        /^create HeldInputs orders-1-0-0-[0-9a-f]{6}-inputs$/,
        /^create Group reports-1-0-0-[0-9a-f]{6}$/,
        /^create HeldInputs reports-1-0-0-[0-9a-f]{6}-inputs$/,
        /^create SecurityGroupIngressRule database-from-1$/,
      ])
        assert.ok(
          planned.some((planned) => step.test(planned)),
          `${step}\n${planned.join("\n")}`,
        );
    });

    it("creates one of them, with an output of another resource in its environment", async () => {
      configure([orders("1.0.0", "1")]);
      noComplaints(await run.up());
      const now = await release();
      assert.match(now, /^1-0-0-[0-9a-f]{6}$/);
      assert.deepEqual(await cloud.split("orders"), { [now]: 100 });
      assert.ok(simulated.requestedReleases.includes(now));
      const { topicArn } = await run.outputs();
      const { resources = [] } = (await run.exportState()).deployment;
      const task = resources.find(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
      assert.ok(
        String(task?.inputs?.containerDefinitions).includes(JSON.stringify({ name: "TOPIC_ARN", value: topicArn })),
      );
    });

    it("stores no path of this machine in the state, and no code", async () => {
      const state = JSON.stringify(await run.exportState());
      for (const folder of [installed.folder, run.folder]) assert.ok(!state.includes(folder), folder);
      assert.ok(state.includes("immutable-service/remote/gate"));
      assert.ok(!state.includes("X-Release: ${"));
    });

    it("shows no difference afterwards", async () => {
      const preview = await run.preview();
      noComplaints(preview);
      assert.deepEqual(plannedChanges(preview), []);
    });

    it("fails an update with an invalid service before anything changes, without a stack trace", async () => {
      configure([{ ...orders("1.0.0", "1"), port: 0 }]);
      const failed = await run.up({ expectFailure: true });
      assert.deepEqual(done(failed), []);
      const [error = ""] = failed.diagnostics.flatMap(({ severity, message }) =>
        severity === "error" ? [message] : [],
      );
      assert.match(
        error,
        /^1 problem in the arguments of the service, nothing was changed:\n {2}port: must be an integer/,
      );
      assert.doesNotMatch(error, /\bat .*\.js:/);
    });

    it("refuses another value of an output in a running release", async () => {
      const old = await release();
      configure([orders("1.0.0", "1")], { "program:topic": "renamed" });
      const failed = await run.up({ expectFailure: true });
      const errors = failed.diagnostics.filter(({ severity }) => severity === "error");
      const refused = errors.find(({ urn = "" }) => urn.endsWith(`::orders-${old}-inputs`));
      assert.match(
        String(refused?.message),
        /environment\.TOPIC_ARN has changed: give the release another version/,
        JSON.stringify(errors),
      );
      assert.deepEqual(
        done(failed).filter((step) => step.includes("orders")),
        [],
      );
      assert.deepEqual(await cloud.split("orders"), { [old]: 100 });
    });

    it("creates a new release beside the old one when the version changes, with the new value", async () => {
      const old = await release();
      configure([orders("1.1.0", "2")], { "program:topic": "renamed" });
      const update = await run.up();
      noComplaints(update);
      const now = await release();
      assert.match(now, /^1-1-0-/);
      inOrder(update, [
        ["create", "Service", new RegExp(`${now}$`)],
        ["update", "TrafficRule", /-traffic-split-http$/],
        ["delete", "Service", new RegExp(`${old}$`)],
      ]);
      assert.deepEqual(await cloud.split("orders"), { [now]: 100 });
    });

    it("leaves nothing behind", async () => {
      await run.destroy();
      assert.deepEqual((await run.exportState()).deployment.resources ?? [], []);
      assert.deepEqual(await cloud.inventory(), empty);
    });
  });
}

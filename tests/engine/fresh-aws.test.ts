/**
 * A new AWS account, from the README's first line to a verified service: each missing prerequisite is named by the update and by
 * `npm run verify`, the quick start succeeds, and a release beyond a quota leaves the traffic where it is.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ServiceArgs } from "../../components/spec";
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AccountState } from "./support/account";
import { clientSettings } from "./support/client-settings";
import { Cloud } from "./support/cloud";
import { failures, plannedChanges } from "./support/engine-events";
import { balancingLimits } from "./support/quotas";
import { SimulatedReleases } from "./support/simulated-releases";
import { taskInterfaces } from "./support/task-interfaces";
import { repository } from "./support/toolchain";
import { ReleaseServer, named, recordOf, row, verify } from "./support/verify";
import { World, type ServiceStack } from "./support/world";

const roles = ["ElasticLoadBalancing", "ECS", "ApplicationAutoScaling_ECSService"];

describe("engine: a fresh account on AWS", () => {
  const account = new AccountState(true);
  const { quotas } = account;
  const simulated = new SimulatedReleases();
  let world: World;
  let stack: ServiceStack;
  let server: ReleaseServer;
  let serving: string;
  World.forSuite({ docker: false, account }, async (started) => {
    world = started;
    const file = parse(readFileSync(join(repository, "examples/Pulumi.hello.yaml"), "utf8")) as {
      config: Record<string, unknown>;
    };
    // No container runs here: the instances are simulated, and so is what answers the gate.
    await simulated.startIn(world);
    world.gateway.correct(balancingLimits().correction);
    world.gateway.correct(taskInterfaces);
    server = new ReleaseServer(() => serving);
    await server.start();
    world.closing.push(() => server.stop());
    const gate = { answers: 2, within: 50, url: simulated.url };
    const quick = { startWithin: 10, unhealthyAfter: 10 };
    const written = file.config["immutable-service:service"] as ServiceArgs;
    const hello = { ...written, gate, health: { ...written.health, ...quick } };
    stack = await world.stack(hello, { "aws:region": file.config["aws:region"] });
    stack.set({});
  });

  /** The errors of a failing update, of all resources that can be tried. */
  const errors = async (changes: Partial<ServiceArgs> = {}) => {
    // A public load balancer and a NAT gateway, for one, do not need each other.
    const run = await stack.up(changes, { expectFailure: true, flags: ["--continue-on-error"] });
    const messages = run.diagnostics.map(({ message }) => message).join("\n");
    assert.ok(failures(run).length > 0, messages);
    return messages;
  };

  it("lacks the services' roles, and has the command for each", async () => {
    const report = await verify(stack, ["--prerequisites"]);
    assert.equal(report.exitCode, 1);
    assert.deepEqual(
      named(report, "fail"),
      roles.map((role) => `role: AWSServiceRoleFor${role}`),
    );
    const services = ["elasticloadbalancing", "ecs", "ecs.application-autoscaling"];
    for (const [index, role] of roles.entries()) {
      const { saw, remedy } = row(report, `role: AWSServiceRoleFor${role}`);
      assert.equal(saw, `the account has no AWSServiceRoleFor${role}`);
      const command = `aws iam create-service-linked-role --aws-service-name ${services[index] ?? ""}.amazonaws.com`;
      assert.equal(remedy, `the first update creates it if its credentials may; otherwise run: ${command}`);
    }
    assert.deepEqual(named(report, "unseen"), []);
  });

  it("names each quota without room, in the check with the command that raises it", async () => {
    const full = { vpcs: quotas.vpcs.value, addresses: quotas.addresses.value, cpus: quotas.containerVcpus.value };
    Object.assign(quotas.vpcs, { value: 0 });
    Object.assign(quotas.addresses, { value: 0 });
    Object.assign(quotas.containerVcpus, { value: 0.25 });
    const report = await verify(stack, ["--prerequisites"]);
    const raise = "aws service-quotas request-service-quota-increase --region us-east-1";
    const quota = (name: string) => {
      const { result, saw, remedy } = row(report, `quota: ${name}`);
      return { result, saw, remedy };
    };
    const expected = (name: string, saw: string, code: string) => ({
      result: "fail",
      saw: `${name} ${saw}`,
      remedy: `${name}: ${raise} ${code}`,
    });
    const { Vpcs: own } = { Vpcs: /VPCs (\d+) of 0/.exec(quota("VPCs").saw)?.[1] };
    assert.ok(own, quota("VPCs").saw);
    assert.match(quota("VPCs").remedy ?? "", /--service-code vpc --quota-code L-F678F1CE --desired-value \d+$/);
    assert.deepEqual(
      quota("Elastic IP addresses"),
      expected(
        "Elastic IP addresses",
        "0 of 0, a release needs 1",
        "--service-code ec2 --quota-code L-0263D0A3 --desired-value 2",
      ),
    );
    assert.deepEqual(
      quota("vCPUs of Fargate"),
      expected(
        "vCPUs of Fargate",
        "0 of 0.25, a release needs 0.5",
        "--service-code fargate --quota-code L-3032A538 --desired-value 2",
      ),
    );
    account.mayCreateServiceLinkedRoles = false;
    assert.match(await errors(), /VpcLimitExceeded: The maximum number of VPCs has been reached/);
    quotas.vpcs.value = full.vpcs;
    quotas.containerVcpus.value = full.cpus;
    const messages = await errors();
    assert.match(messages, /AddressLimitExceeded: The maximum number of addresses has been reached/);
    assert.match(messages, /iam:CreateServiceLinkedRole on resource: .*AWSServiceRoleForElasticLoadBalancing/);
    quotas.addresses.value = full.addresses;
  });

  it("names the role that the caller may not create, as far as the update gets", async () => {
    // That of ECS is missing for minutes in every update, in which the provider waits for a role that may just have been created.
    account.serviceLinkedRoles.add("elasticloadbalancing").add("ecs");
    assert.match(
      await errors(),
      /iam:CreateServiceLinkedRole on resource: .*AWSServiceRoleForApplicationAutoScaling_ECSService/,
    );
    account.mayCreateServiceLinkedRoles = true;
  });

  it("has the quick start's service up once nothing is missing, with the services' roles", async () => {
    await stack.up();
    assert.deepEqual([...account.serviceLinkedRoles].sort(), [
      "ecs",
      "ecs.application-autoscaling",
      "elasticloadbalancing",
    ]);
    assert.match(String((await stack.run.outputs()).url), /^http:\/\//);
    assert.deepEqual(plannedChanges(await stack.preview()), []);
  });

  it("has its service verified", async () => {
    const outputs = await stack.run.outputs();
    serving = String(outputs.release);
    await writeLog(String(outputs.logs));
    const report = await verify(stack, ["--url", server.url, ...(await recordOf(stack))]);
    assert.deepEqual(named(report, "pass"), [
      ...["address", "traffic split", "X-Release reaches each release", "X-Release needs the key", "logs"],
      ...["bounds of the groups", "triggers and schedules"],
      ...["admitted: the instances", "admitted: the load balancer", "public addresses of instances", "listeners"],
      "images are not public",
      ...["room for a release: vCPUs", "room for a release: load balancer", "room for a release: addresses"],
    ]);
    // The quick start's image is in a registry of others, which nobody here may list.
    assert.deepEqual(named(report, "unseen"), ["images in use stay"]);
    assert.equal(report.exitCode, 3);
  });

  it("leaves the traffic where it is if a release is beyond the quota of vCPUs, and says how to raise it", async () => {
    quotas.containerVcpus.value = 0.25;
    const failing = async (changes: Partial<ServiceArgs>) => {
      const run = await stack.up(changes, { expectFailure: true });
      assert.equal((await stack.run.outputs()).release, serving);
      assert.deepEqual(Object.values(await new Cloud(world.emulator, world.gateway).split("hello")), [100]);
      return run.diagnostics.map(({ message }) => message).join("\n");
    };
    const raise = "request-service-quota-increase --region us-east-1 --service-code";
    const containers = await failing({ version: "6.15.1" });
    assert.match(containers, /unable to place a task\. Reason: You've reached the limit on the number of vCPUs/);
    assert.ok(containers.includes(`${raise} fargate --quota-code L-3032A538`), containers);
    quotas.containerVcpus.value = 0.5;
    await stack.up();
    assert.notEqual((await stack.run.outputs()).release, serving);
    serving = String((await stack.run.outputs()).release);
    quotas.machineVcpus.value = 1;
    const machines = await failing({ compute: "vm", image: `ami-${"1".repeat(17)}`, size: { cpu: 2, memoryGiB: 4 } });
    assert.match(machines, /more vCPU capacity than your current vCPU limit of 1 allows/);
    assert.ok(machines.includes(`${raise} ec2 --quota-code L-1216C47A`), machines);
    await stack.run.destroy();
  });

  async function writeLog(logGroupName: string): Promise<void> {
    const logs = new CloudWatchLogsClient(clientSettings(world.gateway.url));
    const stream = { logGroupName, logStreamName: "app" };
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = [{ timestamp: Date.now(), message: "a request" }];
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  }
});

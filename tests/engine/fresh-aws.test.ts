/** The first update on a new AWS account: each missing prerequisite is named, and the README's quick start succeeds. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ServiceArgs } from "../../components/spec";
import { AccountState } from "./support/account";
import { failure } from "./support/checks";
import { failures, plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import { repository } from "./support/toolchain";
import { World, type ServiceStack } from "./support/world";

describe("engine: a fresh account on AWS", function () {
  this.timeout(600_000);
  const account = new AccountState(true);
  const simulated = new SimulatedReleases();
  let world: World;
  let stack: ServiceStack;
  World.forSuite({ docker: false, account }, async (started) => {
    world = started;
    const file = parse(readFileSync(join(repository, "examples/Pulumi.hello.yaml"), "utf8")) as {
      config: Record<string, unknown>;
    };
    // No container runs here: the instances are simulated, and so is what answers the gate.
    await simulated.start();
    world.closing.push(() => simulated.stop());
    world.gateway.sources.health = simulated.health;
    const gate = { answers: 2, within: 5, url: simulated.url };
    const hello = { ...(file.config["immutable-service:service"] as ServiceArgs), gate };
    stack = await world.stack(hello, { "aws:region": file.config["aws:region"] });
  });

  it("names the quota that has no room, and the service-linked role that the caller may not create", async () => {
    account.quotas.addresses.value = 0;
    account.mayCreateServiceLinkedRoles = false;
    // A public load balancer and a NAT gateway do not need each other.
    const run = await stack.up({}, { expectFailure: true, flags: ["--continue-on-error"] });
    assert.ok(failures(run).length > 0);
    const messages = run.diagnostics.map(({ message }) => message).join("\n");
    assert.match(messages, /AddressLimitExceeded: The maximum number of addresses has been reached/);
    assert.match(messages, /iam:CreateServiceLinkedRole on resource: .*AWSServiceRoleForElasticLoadBalancing/);
    account.quotas.addresses.value = 5;
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

  it("has room for one release, and says that the next one needs more vCPUs", async () => {
    account.quotas.containerVcpus.value = 0.25;
    const serving = (await stack.run.outputs()).release;
    const run = await stack.up({ version: "6.15.1", health: { startWithin: 10 } }, { expectFailure: true });
    assert.match(failure(run).message, /unable to place a task.*limit on the number of vCPUs/);
    assert.equal((await stack.run.outputs()).release, serving);
    account.quotas.containerVcpus.value = 0.5;
    await stack.up();
    assert.notEqual((await stack.run.outputs()).release, serving);
    await stack.run.destroy();
  });
});

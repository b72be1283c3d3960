/** One set of credentials on Alibaba Cloud: what the provider uses is what the program's own requests use. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "../../components/spec";
import { AlicloudWorld } from "./support/alicloud-world";
import { noComplaints } from "./support/checks";
import { writeProgram } from "./support/compiled";
import { plannedChanges } from "./support/engine-events";
import type { ServiceStack } from "./support/world";

const secret = "hIzgTeKmfP7yExampleSecret";
const foreign = { key: "foreign-key", account: "2222222222222222" };

/** A program that imports the library and gives it a provider of its own. */
const programWithProvider = `
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/alicloud";
import { ImmutableService, alicloud, lastOutputs, resolveService } from "./components";
export = async () => {
  const cloud = alicloud({ region: "cn-hangzhou" });
  const spec = resolveService(new pulumi.Config("immutable-service").requireObject("service"), cloud);
  const keys = { accessKey: "own-key", secretKey: pulumi.secret("secret"), region: "cn-hangzhou" };
  const provider = new Provider("own", { ...keys, accountType: "Domestic" });
  new ImmutableService(spec.name, { cloud, spec, last: await lastOutputs() }, { provider });
};
`;

describe("engine: the credentials of a stack on Alibaba Cloud", () => {
  let world: AlicloudWorld, own: string, role: string;

  before(async function () {
    world = await AlicloudWorld.start(this, "cn-hangzhou");
    own = world.double.world.accountId;
    role = `acs:ram::${own}:role/deploy`;
    world.double.accounts.addKey("own-key", own);
    world.double.accounts.addKey(foreign.key, foreign.account);
    world.double.accounts.addRole(role);
  });
  after(async () => {
    await (world as AlicloudWorld | undefined)?.close();
  });

  const service = (name: string): ServiceArgs => ({
    name,
    compute: "vm",
    version: "1.0.0",
    image: `m-bp1${"1".repeat(17)}`,
    instances: { min: 2 },
    health: { startWithin: 10 },
    loadBalancer: { internal: true, drain: 0 },
    network: { egress: "endpoints" },
  });
  const noKeys = { ALICLOUD_ACCESS_KEY: undefined, ALICLOUD_SECRET_KEY: undefined };
  const foreignKeys = { ALICLOUD_ACCESS_KEY: foreign.key, ALICLOUD_SECRET_KEY: "somebody-elses" };
  /** The accounts that have been called since the last time, by service. */
  const accounts = () => {
    const calls = world.double.calls.filter(({ service }) => service !== "sts");
    const found = [...new Set(calls.map(({ account }) => account))];
    assert.ok(calls.some(({ service }) => service === "oss") === calls.some(({ action }) => action === "PutBucket"));
    world.double.clearCalls();
    return found;
  };
  const cycle = async ({ run }: ServiceStack) => {
    noComplaints(await run.up());
    const state = JSON.stringify(await run.exportState());
    for (const one of [secret, "somebody-elses"]) assert.ok(!state.includes(one));
    assert.deepEqual(plannedChanges(await run.preview()), []);
    await run.refresh();
    await run.destroy();
    assert.deepEqual(accounts(), [own]);
    assert.deepEqual(world.double.invalidRequests, []);
  };

  it("are the keys of the stack's configuration, in every command", async () => {
    const stack = await world.stack(service("keys"), noKeys, { "alicloud:accessKey": "own-key" });
    stack.set({});
    await stack.run.command(["config", "set", "--secret", "alicloud:secretKey", secret]);
    await cycle(stack);
  });

  it("are those of a profile of the configuration, in a file of its own", async () => {
    const stack = await world.stack(service("profile"), noKeys, { "alicloud:profile": "prod" });
    const file = join(stack.run.folder, "profiles.json");
    const keys = { mode: "AK", access_key_id: "own-key", access_key_secret: secret };
    writeFileSync(file, JSON.stringify({ current: "default", profiles: [{ name: "prod", ...keys }] }));
    stack.run.env.ALICLOUD_SHARED_CREDENTIALS_FILE = file;
    stack.set({});
    await cycle(stack);
  });

  it("are those of a role of another account than the environment's keys", async () => {
    const assumeRole = { roleArn: role, sessionName: "deploy", sessionExpiration: 3600 };
    const stack = await world.stack(service("role"), foreignKeys, { "alicloud:assumeRole": assumeRole });
    stack.set({});
    await cycle(stack);
  });

  it("are compared with those of a program's own provider before anything is created", async () => {
    const stack = await world.stack(service("mismatch"), foreignKeys);
    writeProgram(stack.run.folder, programWithProvider);
    stack.set({});
    world.double.clearCalls();
    await stack.run.preview();
    assert.deepEqual(world.double.calls, []);
    const run = await stack.run.up({ expectFailure: true });
    const errors = run.diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
    assert.match(
      errors.join("\n"),
      new RegExp(
        `mismatch-account.*the provider uses the account ${own}, and the requests that this program makes itself ` +
          `use the account ${foreign.account}, so nothing was changed: set the credentials`,
      ),
    );
    assert.deepEqual(
      world.double.calls.filter(({ service }) => service !== "sts"),
      [],
    );
    await stack.run.destroy();
  });
});

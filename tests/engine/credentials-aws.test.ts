/** One set of credentials on AWS: what the provider uses is what the program's own calls use, and no state has it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "../../components/spec";
import { noComplaints } from "./support/checks";
import { writeProgram } from "./support/compiled";
import { account } from "./support/emulator";
import { plannedChanges } from "./support/engine-events";
import { SimulatedReleases } from "./support/simulated-releases";
import type { EngineRun } from "./support/stack";
import { type ServiceStack, World } from "./support/world";

/** Keys of the account that the stack is for, and of another one: twelve digits are the key of that account. */
const own = { key: account, secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const foreign = { key: "222222222222", secret: "somebody-elses" };

/** A program that imports the library and gives it providers of its own: `options` of the service. */
const programWith = (options: string) => `
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws";
import { ImmutableService, aws, awsProviders, lastOutputs, resolveService } from "./components";
export = async () => {
  const cloud = aws({ region: "us-east-1" });
  const spec = resolveService(new pulumi.Config("immutable-service").requireObject("service"), cloud);
  const settings = { region: "us-east-1", s3UsePathStyle: true };
  const { outputs } = new ImmutableService(spec.name, { cloud, spec, last: await lastOutputs() }, ${options});
  return outputs;
};
`;

const errorsOf = (run: EngineRun) =>
  run.diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : [])).join("\n");

describe("engine: the credentials of a stack on AWS", () => {
  const simulated = new SimulatedReleases();
  let world: World;
  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.startIn(world);
  });

  const service = (name: string): ServiceArgs => ({
    name,
    compute: "vm",
    version: "1.0.0",
    image: `ami-${"1".repeat(17)}`,
    instances: { min: 2, max: 4 },
    gate: { url: simulated.url, answers: 2, within: 50 },
    health: { startWithin: 10 },
    network: { egress: "endpoints" },
  });
  const environmentOf = ({ key, secret }: { key?: string; secret?: string }) => ({
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: secret,
  });
  /** The access keys of the calls since the last time. */
  const keys = (of: (service: string) => boolean = () => true) => {
    const found = new Set(world.gateway.calls.filter(({ service }) => of(service)).map(({ accessKey }) => accessKey));
    world.gateway.forget();
    return [...found];
  };
  const cycle = async ({ run }: ServiceStack) => {
    noComplaints(await run.up());
    const state = JSON.stringify(await run.exportState());
    for (const secret of [own.secret, foreign.secret]) assert.ok(!state.includes(secret));
    world.gateway.forget();
    assert.deepEqual(plannedChanges(await run.preview()), []);
  };

  it("are those of the stack's configuration, in every command", async () => {
    const stack = await world.stack(service("keys"), { "aws:accessKey": own.key }, environmentOf({}));
    stack.set({});
    await stack.run.command(["config", "set", "--secret", "aws:secretKey", own.secret]);
    await stack.run.preview();
    // The provider itself looks up the account that the keys belong to.
    assert.deepEqual([...new Set(world.gateway.calls.map(({ action }) => action))], ["GetCallerIdentity"]);
    await cycle(stack);
    await stack.run.refresh();
    await stack.run.destroy();
    assert.deepEqual(keys(), [own.key]);
  });

  it("are those of a profile, whatever the keys in the environment are", async () => {
    const stack = await world.stack(service("profile"), { "aws:profile": "prod" }, environmentOf(foreign));
    const file = join(stack.run.folder, "credentials");
    writeFileSync(file, `[prod]\naws_access_key_id = ${own.key}\naws_secret_access_key = ${own.secret}\n`);
    stack.run.env.AWS_SHARED_CREDENTIALS_FILE = file;
    stack.set({});
    await cycle(stack);
    await stack.run.destroy();
    assert.deepEqual(keys(), [own.key]);
  });

  it("are those of the last of a chain of roles", async () => {
    const role = (name: string) => ({ roleArn: `arn:aws:iam::${account}:role/${name}`, sessionName: name });
    const chain = [role("entry"), { ...role("deploy"), externalId: "books", duration: "1h" }];
    const stack = await world.stack(service("roles"), { "aws:assumeRoles": chain }, environmentOf(foreign));
    stack.set({});
    await cycle(stack);
    await stack.run.destroy();
    const assumed = keys((service) => service !== "sts");
    assert.ok(assumed.length >= 2, "the provider and the program have a session each");
    for (const key of assumed) assert.match(key, /^ASIA/);
  });

  it("are compared with those of a program's own provider before anything is created", async () => {
    const stack = await world.stack(service("mismatch"), {}, environmentOf(foreign));
    const file = join(stack.run.folder, "credentials");
    writeFileSync(file, `[prod]\naws_access_key_id = ${own.key}\naws_secret_access_key = ${own.secret}\n`);
    stack.run.env.AWS_SHARED_CREDENTIALS_FILE = file;
    writeProgram(stack.run.folder, programWith(`{ provider: new Provider("own", { ...settings, profile: "prod" }) }`));
    stack.set({});
    await stack.run.preview();
    const run = await stack.run.up({ expectFailure: true });
    assert.match(
      errorsOf(run),
      new RegExp(
        `mismatch-account.*the provider uses the account ${own.key}, and the requests that this program makes ` +
          `itself use the account ${foreign.key}, so nothing was changed: set the credentials`,
      ),
    );
    const mutating = world.gateway.calls.filter(({ action }) => /^(Create|Put|Run|Allocate|Authorize)/.test(action));
    assert.deepEqual(mutating, []);
    // The same profile for both.
    Object.assign(stack.run.env, { AWS_PROFILE: "prod", ...environmentOf({}) });
    noComplaints(await stack.run.up());
    await stack.run.destroy();
  });

  it("are those of the providers that a program makes with awsProviders", async () => {
    const stack = await world.stack(service("providers"), {}, environmentOf(foreign));
    const both = `accessKey: "${own.key}", secretKey: "${own.secret}"`;
    const chain = `assumeRoles: [{ roleArn: "arn:aws:iam::${account}:role/deploy", duration: "1h" }]`;
    const options = `{ providers: awsProviders("own", { ...settings, ${both}, ${chain} }) }`;
    writeProgram(stack.run.folder, programWith(options));
    stack.set({});
    await cycle(stack);
    await stack.run.destroy();
    for (const key of keys((service) => service !== "sts")) assert.match(key, /^ASIA/);
  });
});

/** The packed library in a program of its own, on the real engine with Pulumi's default runtime, which type-checks the program and its libraries. */
import assert from "node:assert/strict";
import { changed, done, inOrder, noComplaints } from "../engine/support/checks";
import { Cloud } from "../engine/support/cloud";
import { plannedChanges } from "../engine/support/engine-events";
import { SimulatedReleases } from "../engine/support/simulated-releases";
import { StackRun } from "../engine/support/stack";
import { World } from "../engine/support/world";
import { LibraryPackage, Program } from "./support/package";

const digest = (digit: string) => `registry.test/app@sha256:${digit.repeat(64)}`;

/** The services of a configuration, in a network of the program's own. */
const program = `import * as pulumi from "@pulumi/pulumi";
import * as aws_ from "@pulumi/aws";
import { ImmutableService, type ServiceArgs, aws, resolveService } from "immutable-service";

const config = new pulumi.Config();
const cloud = aws({ region: new pulumi.Config("aws").require("region") });
const topic = new aws_.sns.Topic("events");

function service(args: ServiceArgs): ImmutableService {
  return new ImmutableService(args.name, { cloud, spec: resolveService(args, cloud) }, { dependsOn: [topic] });
}

const services = config.requireObject<ServiceArgs[]>("services").map(service);
export const urls = services.map(({ outputs }) => outputs.url);
export const releases = services.map(({ outputs }) => outputs.release);
`;

describe("engine: the packed library in another program", function () {
  this.timeout(300_000);
  const simulated = new SimulatedReleases();
  let world: World, cloud: Cloud, run: StackRun;
  let empty: string[];
  const orders = (version: string, digit: string) => ({
    name: "orders",
    version,
    compute: "container",
    image: digest(digit),
    files: {},
    gate: { url: simulated.url, answers: 2, within: 5 },
    health: { startWithin: 10 },
    network: { egress: "nat" },
  });
  const reports = { name: "reports", version: "1.0.0", compute: "vm", image: `ami-${"1".repeat(17)}` };
  const configure = (...services: object[]) => {
    run.configure({ "aws:region": "us-east-1", "aws:s3UsePathStyle": true, "program:services": services });
  };
  const releases = async () => (await run.outputs()).releases as string[];

  World.forSuite({ docker: false }, async (started) => {
    world = started;
    await simulated.start();
    world.closing.push(() => simulated.stop());
    world.gateway.sources.health = simulated.health;
    cloud = new Cloud(world.emulator, world.gateway);
    empty = await cloud.inventory();
    const library = LibraryPackage.pack();
    world.closing.push(() => {
      library.remove();
    });
    const installed = await Program.create(library, ["@pulumi/aws"]);
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

  it("previews two services, on containers and on virtual machines", async () => {
    configure(orders("1.0.0", "1"), reports);
    const preview = await run.preview();
    noComplaints(preview);
    const planned = changed(plannedChanges(preview));
    for (const group of [/^create Service orders-1-0-0-[0-9a-f]{6}$/, /^create Group reports-1-0-0-[0-9a-f]{6}$/])
      assert.ok(
        planned.some((step) => group.test(step)),
        planned.join("\n"),
      );
  });

  it("brings one up", async () => {
    configure(orders("1.0.0", "1"));
    noComplaints(await run.up());
    const [release = ""] = await releases();
    assert.match(release, /^1-0-0-[0-9a-f]{6}$/);
    assert.deepEqual(await cloud.split("orders"), { [release]: 100 });
    assert.ok(simulated.requestedReleases.includes(release));
  });

  it("shows no difference afterwards", async () => {
    const preview = await run.preview();
    noComplaints(preview);
    assert.deepEqual(plannedChanges(preview), []);
  });

  it("releases a new version beside the old one", async () => {
    const [old = ""] = await releases();
    configure(orders("1.1.0", "2"));
    const update = await run.up();
    noComplaints(update);
    const [now = ""] = await releases();
    assert.match(now, /^1-1-0-/);
    inOrder(update, [
      ["create", "Service", new RegExp(`${now}$`)],
      ["update", "ListenerRule", /-traffic-split$/],
      ["delete", "Service", new RegExp(`${old}$`)],
    ]);
    assert.deepEqual(await cloud.split("orders"), { [now]: 100 });
  });

  it("fails an update with a wrong service before anything changes, without a stack trace", async () => {
    configure({ ...orders("1.1.0", "2"), port: 0 });
    const failed = await run.up({ expectFailure: true });
    assert.deepEqual(done(failed), []);
    const [error = ""] = failed.diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
    assert.match(
      error,
      /^1 problem in the arguments of the service, nothing was changed:\n {2}port: must be an integer/,
    );
    assert.doesNotMatch(error, /\bat .*\.js:/);
  });

  it("leaves nothing behind", async () => {
    configure(orders("1.1.0", "2"));
    await run.destroy();
    assert.deepEqual((await run.exportState()).deployment.resources ?? [], []);
    assert.deepEqual(await cloud.inventory(), empty);
  });
});

/** The deletion of resources on AWS that are gone: the real provider deletes each of a stack's resources twice. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../components/spec";
import { testedTypes } from "../support/second-deletions";
import { refused, type AwsCall } from "./support/aws-call";
import type { Correction } from "./support/gaps/correction";
import { ImageBuilder } from "./support/image-builder";
import { MachineStack } from "./support/machine-stack";
import { destroyTwice } from "./support/second-deletion";
import { SimulatedReleases } from "./support/simulated-releases";
import type { StackRun } from "./support/stack";
import { World } from "./support/world";

const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000";

/** AWS's errors where the emulator accepts a second deletion. */
const gone: Readonly<Record<string, string>> = {
  DeleteNatGateway: "NatGatewayNotFound",
  DeleteRoute: "InvalidRoute.NotFound",
  DisassociateRouteTable: "InvalidAssociationID.NotFound",
};

function strictly(): Correction {
  const deleted = new Set<string>();
  const key = ({ action, parameters }: AwsCall) => JSON.stringify([action, parameters]);
  return {
    match: ({ action }) => action in gone,
    change: (answer, call) => {
      if (answer.status !== 200 || !deleted.has(key(call))) {
        deleted.add(key(call));
        return answer;
      }
      const { status, body } = refused(call, { code: gone[call.action] ?? "", message: "It does not exist." });
      return { status, body: String(body) };
    },
  };
}

describe("engine: resources on AWS that are gone", () => {
  const simulated = new SimulatedReleases();
  let runs: StackRun[];
  World.forSuite({ docker: false }, async (world) => {
    await simulated.startIn(world);
    world.gateway.correct(strictly());
    const service: Omit<ServiceArgs, "name" | "compute" | "image"> = {
      version: "1.0.0",
      gate: { url: simulated.url, answers: 1, within: 50 },
      health: { startWithin: 10 },
      files: { share: { path: "/files" } },
      policyArns: ["arn:aws:iam::123456789012:policy/books"],
      scaling: [
        { metric: "cpu", target: 60 },
        { schedule: "0 8 * * *", min: 2, max: 4 },
      ],
      instances: { min: 2, max: 4 },
      tls: { certificate },
    };
    const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:${"1".repeat(64)}`;
    const services = await Promise.all([
      world.stack({ ...service, name: "books", compute: "container", image, network: { egress: "endpoints" } }),
      world.stack({ ...service, name: "shop", compute: "vm", image: `ami-${"1".repeat(17)}` }),
    ]);
    for (const one of services) one.set({});
    const builder = new ImageBuilder(world.emulator);
    await builder.start();
    world.closing.push(() => builder.stop());
    const baked = await MachineStack.create({
      toolchain: world.toolchain,
      gatewayUrl: world.gateway.url,
      imageBuilder: builder.url,
      program: "image",
    });
    world.closing.push(() => {
      baked.remove();
    });
    runs = [...services.map(({ run }) => run), baked.run];
  });

  it("are deleted again without an error", async () => {
    const all = await Promise.all(
      runs.map(async (run) => {
        await run.up();
        return destroyTwice(run);
      }),
    );
    assert.deepEqual(
      all.flatMap(({ problems }) => problems),
      [],
    );
    const types = new Set(all.flatMap((one) => [...one.types]));
    assert.deepEqual(
      testedTypes("aws").filter((type) => !types.has(type)),
      [],
    );
  });
});

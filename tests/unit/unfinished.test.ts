/** What a program creates again after an update that was interrupted while it deleted: the cloud may have it or not. */
import assert from "node:assert/strict";
import { ImmutableService } from "../../components";
import type { Deployed, LastOutputs } from "../../components/last-outputs";
import { resolveService } from "../../components/resolve";
import type { ServiceArgs } from "../../components/spec";
import { keyOf } from "../../components/id";
import { idsBut } from "../../components/unfinished";
import { clouds, deploy, only, trafficRuleType, wholeService } from "../support/clouds";
import { type Recording, run } from "../support/monitor";

const cloud = clouds.alicloud;
const whole = wholeService(cloud, "vm");
const plain: ServiceArgs = { ...whole, files: undefined };
const intentType = "pulumi-nodejs:dynamic/immutable-service:Intent";
const storeTypes = /:(ObjectStore|FileSystem|LogProject|LogStore)$/;
/** Removed before they are replaced at any time: their names, ports, ranges or sources are taken once only. */
const removedFirst = /:(Listener|SnatEntry|Switch|ScalingGroup)$/;

function requestedOf({ resources }: Recording): Record<string, unknown> & { readonly digest: string } {
  return only(resources, trafficRuleType).inputs.requested as ReturnType<typeof requestedOf>;
}

/**
 * The state that an update from `before` to `after` leaves which is interrupted before it has recorded a deletion. The stack's outputs are still those of before. `intent` is what the recorded intent has where another update was interrupted since then.
 */
async function interrupted(before: ServiceArgs, after: ServiceArgs, intent: object = {}): Promise<LastOutputs> {
  const [old, current] = [await deploy(cloud, before), await deploy(cloud, after)];
  const requested = requestedOf(current);
  const byUrn = new Map([...old.resources, ...current.resources].map((one) => [one.urn, one]));
  const { digest } = requested;
  return {
    deployed: { ...requestedOf(old), format: 1, releases: [] } as unknown as Deployed,
    resources: [...byUrn.values()].map(({ urn, type, name }) => ({
      urn,
      type,
      outputs: {
        id: `${type} ${name}`,
        ...(type === trafficRuleType ? { requested } : {}),
        ...(type === intentType ? { digest, attempt: 0, renewal: 0, unfinished: [], ...intent } : {}),
      },
    })),
  };
}

async function deployAfter(service: ServiceArgs, last: LastOutputs): Promise<Recording> {
  const here = cloud.make();
  const spec = resolveService(service, here);
  const recording = await run(() => new ImmutableService(spec.name, { cloud: here, spec, last }).outputs, {
    outputsOf: cloud.outputsOf,
  });
  if (recording.error) throw recording.error;
  return recording;
}

function renewedIn({ resources }: Recording): string[] {
  const others = resources.filter(({ type }) => !storeTypes.test(type) && !removedFirst.test(type));
  return others.filter((one) => one.deleteBeforeReplace).map(({ urn }) => urn);
}

async function onlyIn(service: ServiceArgs, other: ServiceArgs): Promise<string[]> {
  const [has, lacks] = [await deploy(cloud, service), await deploy(cloud, other)];
  const others = new Set(lacks.resources.map(({ urn }) => urn));
  return has.resources
    .filter(
      ({ urn, type }) =>
        !others.has(urn) && !type.startsWith("immutable:") && !storeTypes.test(type) && !removedFirst.test(type),
    )
    .map(({ urn }) => urn);
}

describe("resources whose deletion was interrupted", () => {
  it("are created again, and first removed by the intent, which is replaced", async () => {
    const last = await interrupted(whole, plain);
    const again = await deployAfter(whole, last);
    const expected = await onlyIn(whole, plain);
    assert.ok(expected.length > 5);
    assert.deepEqual(renewedIn(again).sort(), expected.sort());
    const { renewal, attempt, recorded, unfinished } = only(again.resources, intentType).inputs as {
      renewal: number;
      attempt: number;
      recorded: string[];
      unfinished: string[];
    };
    assert.deepEqual([renewal, attempt], [1, 1]);
    // The store counts as recorded: it may have data.
    const ids = again.resources.filter(({ urn }) => expected.includes(urn)).map(({ type, name }) => `${type} ${name}`);
    assert.deepEqual(
      recorded.filter((id) => ids.includes(id) && !/ObjectStore/.test(id)),
      [],
    );
    assert.ok(recorded.length > 20);
    assert.ok(unfinished.length >= expected.length);
  });

  it("let every store look whether it is gone", async () => {
    const again = await deployAfter(whole, await interrupted(whole, plain));
    const stores = again.resources.filter(({ type }) => storeTypes.test(type));
    assert.deepEqual(new Set(stores.map(({ inputs }) => inputs.renewal)), new Set([1]));
  });

  it("are nothing where the program does not have them, and nothing after an update that ended", async () => {
    for (const [service, last, attempts] of [
      [plain, await interrupted(whole, plain), 1],
      [whole, await interrupted(whole, whole), 0],
      [whole, await interrupted(plain, plain), 0],
    ] as const) {
      const again = await deployAfter(service, last);
      assert.deepEqual(renewedIn(again), []);
      const { renewal, attempt } = only(again.resources, intentType).inputs;
      assert.deepEqual([renewal, attempt], [0, attempts]);
    }
  });

  it("leave the intent the ids of everything in the state, of which it removes nothing, and none after an update that ended", async () => {
    const recordedAfter = async (last: LastOutputs) =>
      only((await deployAfter(plain, last)).resources, intentType).inputs.recorded;
    const last = await interrupted(whole, plain);
    assert.deepEqual(
      await recordedAfter(last),
      last.resources.map(({ outputs }) => outputs.id),
    );
    assert.deepEqual(await recordedAfter(await interrupted(plain, plain)), []);
  });

  it("are nothing of an update that was interrupted before: what that one has created is complete", async () => {
    const last = await interrupted(whole, whole, { digest: "ffffff" });
    assert.deepEqual(renewedIn(await deployAfter(whole, last)), []);
  });

  it("leave the engine what the provider fails to delete again, and route tables, without which it fails to delete routes", () => {
    const state = [
      "aws:ec2/routeTable:RouteTable",
      "alicloud:vpc/routeTable:RouteTable",
      "aws:lb/listener:Listener",
      "aws:ec2/subnet:Subnet",
    ].map((type) => ({
      urn: `urn:pulumi:dev::books::immutable:service:Environment$${type}::books-private-a`,
      type,
      outputs: { id: type },
    }));
    const renewed = new Set(state.map(({ type }) => keyOf(type, "books-private-a")));
    assert.deepEqual(
      idsBut(state, renewed),
      state.slice(0, 3).map(({ type }) => type),
    );
  });

  it("stay known while updates are interrupted that have not created them yet", async () => {
    const first = await deployAfter(whole, await interrupted(whole, plain));
    const { unfinished, attempt, renewal } = only(first.resources, intentType).inputs;
    const intent = { digest: requestedOf(first).digest, unfinished, attempt, renewal };
    const second = await deployAfter(whole, await interrupted(whole, plain, intent));
    assert.deepEqual(renewedIn(second).sort(), renewedIn(first).sort());
    assert.deepEqual(
      [only(second.resources, intentType).inputs.renewal, only(second.resources, intentType).inputs.attempt],
      [2, 2],
    );
  });

  it("are not taken from a traffic split that an earlier attempt at the same service has set", async () => {
    const last = await interrupted(whole, plain, { attempt: 1 });
    assert.deepEqual(renewedIn(await deployAfter(whole, last)), []);
  });

  it("are not known of a stack that an earlier version deployed", async () => {
    const { deployed, resources } = await interrupted(whole, plain);
    const earlier = resources.map((one) => ({ ...one, outputs: { ...one.outputs, requested: undefined } }));
    assert.deepEqual(renewedIn(await deployAfter(whole, { deployed, resources: earlier })), []);
  });
});

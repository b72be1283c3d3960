/** Kills the engine at one mutating call of an update, and checks that the update can be finished and taken back. */
import assert from "node:assert/strict";
import type { ServiceArgs } from "../../../components/spec";
import { plannedChanges } from "../support/engine-events";
import { pause } from "../support/processes";
import type { LiveCloud } from "./live-cloud";
import { type LoadResult, underLoad } from "./load";

/** A change of a running service in which the engine is killed. */
export interface KilledUpdate {
  readonly name: string;
  /** The service before and after; undefined fields are left out. */
  readonly from: (live: LiveCloud) => ServiceArgs;
  readonly to: (live: LiveCloud) => ServiceArgs;
}

const certificate = {
  aws: "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000001",
  alicloud: "12345678-cn-hangzhou",
};

/** The updates: a new release alone, and one with everything at once that clouds allow once only. */
export const updates: readonly KilledUpdate[] = [
  {
    name: "release",
    from: ({ service }) => service,
    to: ({ service, image }) => ({ ...service, version: "1.1.0", image: image("2") }),
  },
  {
    name: "release with tls, a zone and files",
    from: ({ service }) => service,
    to: ({ service, image }) => ({
      ...service,
      version: "1.2.0",
      image: image("3"),
      tls: { certificate },
      network: { zones: 3 },
      files: {},
      scaling: [{ schedule: "0 8 * * *", min: 2, max: 5 }],
    }),
  },
];

/** What one point has shown. */
export interface KillResult {
  /** The calls after which the engine was killed, there and back; without one where the update has fewer calls. */
  readonly calls: readonly string[];
  readonly load: LoadResult;
}

/** Brings a new stack up with an update's first service. */
export async function begin(live: LiveCloud, update: KilledUpdate): Promise<void> {
  live.stack.replace(update.from(live));
  await live.stack.run.up();
}

/** Kills of the update there or back, and which of its services is brought up then; each begins where the one before ends. */
export const everyKill = ["there, taken back", "there, finished", "back, taken back", "back, finished"] as const;

/** Kills the update, which starts from its first service, at its call number `point`, from 0, in these ways. */
export async function killAt(
  live: LiveCloud,
  update: KilledUpdate,
  point: number,
  kills: readonly (typeof everyKill)[number][] = everyKill,
): Promise<KillResult> {
  const [first, second] = [update.from(live), update.to(live)];
  const { result: calls, load } = await underLoad(live, async () => {
    const killed: (string | undefined)[] = [];
    for (const kill of kills) {
      const [from, to] = kill.startsWith("there") ? [first, second] : [second, first];
      const finished = kill.endsWith("finished");
      const call = await killedUp(live, to, point);
      killed.push(call);
      // Without a kill, the update has ended, and there is nothing to finish.
      if (call !== undefined || !finished) await converges(live, finished ? to : from);
    }
    return killed.filter((call) => call !== undefined);
  });
  return { calls, load };
}

/**
 * Refuses the update's call number `point`, from 0, and every further one of the same action. The update fails; the outputs must
 * name the release that the split has. A plain update must then reach the release, and one with `--refresh` everything else: the
 * cloud's provider records a resource that was created and not set up as if it were complete. Then the service is as it was.
 */
export async function refuseAt(live: LiveCloud, update: KilledUpdate, point: number): Promise<KillResult> {
  const [from, to] = [update.from(live), update.to(live)];
  const { result: calls, load } = await underLoad(live, async () => {
    live.stack.replace(to);
    const state: { calls: number; refused: string | undefined } = { calls: 0, refused: undefined };
    live.refuses = (action) => {
      if (state.refused === undefined && state.calls++ === point) state.refused = action;
      return action === state.refused;
    };
    const { exitCode, stdout } = await live.stack.run.upKilledBy(() => undefined);
    live.refuses = undefined;
    if (state.refused !== undefined) {
      assert.notEqual(exitCode, 0, `the update passed without ${state.refused}:\n${stdout}`);
      const { release, version } = await live.stack.run.outputs();
      assert.deepEqual(await live.split(), { [String(release)]: 100 }, `refused: ${state.refused}`);
      assert.ok(String(release).startsWith(`${String(version).replaceAll(".", "-")}-`), String(release));
    }
    if (state.refused !== undefined) await reaches(live, to);
    await converges(live, to, ["--refresh"]);
    live.stack.replace(from);
    await live.stack.run.up();
    return state.refused === undefined ? [] : [state.refused];
  });
  return { calls, load };
}

/** Returns the call at which the engine was killed; undefined where the update ended before. */
async function killedUp(live: LiveCloud, service: ServiceArgs, point: number): Promise<string | undefined> {
  live.stack.replace(service);
  let calls = 0;
  let call: string | undefined;
  const { killed } = await live.stack.run.upKilledBy((kill) => {
    live.onMutation = (action) => {
      if (calls++ !== point) return;
      call = action;
      kill();
    };
  });
  live.onMutation = undefined;
  if (!killed) return undefined;
  // A call that was already sent may still be carried out.
  await pause(500);
  await live.stack.run.cancel();
  return call;
}

/**
 * Brings the service up, and asserts that the cloud is as the program says: a preview that reads every resource in the cloud finds
 * nothing to change.
 */
async function converges(live: LiveCloud, service: ServiceArgs, flags: readonly string[] = []): Promise<void> {
  await reaches(live, service, flags);
  assert.deepEqual(plannedChanges(await live.stack.run.preview({ flags: ["--refresh"] })), []);
}

/** Brings the service up, and asserts that its release has all requests. */
async function reaches(live: LiveCloud, service: ServiceArgs, flags: readonly string[] = []): Promise<void> {
  live.stack.replace(service);
  await live.stack.run.up({ flags });
  const outputs = await live.stack.run.outputs();
  assert.equal(outputs.version, service.version);
  assert.deepEqual(await live.split(), { [String(outputs.release)]: 100 });
}

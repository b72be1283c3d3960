/**
 * Takes a running service through one change of the stack file, there and back, and compares the engine with the plan.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceArgs } from "../../../components/spec";
import type { Change, Effect } from "../../../components/stack-file/change-kinds";
import { effectsOf } from "../../../components/stack-file/changes";
import type { Changes } from "../../../plan/contract";
import { compiledSources } from "../../support/compiled";
import { changes, plannedChanges, type Step } from "../support/engine-events";
import { stackText } from "../support/stack-text";
import { repository } from "../support/toolchain";
import type { LiveCloud } from "./live-cloud";
import { type LoadResult, underLoad } from "./load";
import type { FieldSamples, Sample } from "./sample-fields";
import { covers, samples } from "./samples";

/** One row of the matrix: a field, and which of its changes. */
export interface ChangeRow {
  readonly path: string;
  readonly which: keyof FieldSamples;
}

/** Every row that the samples have. */
export const rows: readonly ChangeRow[] = Object.entries(samples).flatMap(([path, of]) =>
  (Object.keys(of) as (keyof FieldSamples)[]).map((which) => ({ path, which })),
);

/** A row's name: `tls toggled`. */
export function rowText({ path, which }: ChangeRow): string {
  return `${path} ${which}`;
}

/** What a row has shown. */
export interface ChangeResult {
  readonly updates: number;
  readonly load: LoadResult;
  /** Whether the change was refused, as its kind says. */
  readonly refused: boolean;
}

/** Brings a new stack up. */
export async function begin(live: LiveCloud): Promise<void> {
  await bringUp(live, live.service);
}

/**
 * Runs a row on a stack that is up. Afterwards the stack has the row's first service. Undefined: the platform has no
 * such field.
 */
export async function runRow(live: LiveCloud, row: ChangeRow): Promise<ChangeResult | undefined> {
  const sample = samples[row.path]?.[row.which]?.(live);
  if (sample === undefined) return undefined;
  const [before, after] = servicesOf(live, sample);
  const effects = covers[row.which].flatMap((change: Change) => effectsOf(row.path, change, live.platform) ?? []);
  assert.ok(effects.length > 0, `${row.path} has no effects of ${row.which}`);
  let updates = 0;
  if (sample.elsewhere === true) await live.stack.run.destroy();
  await bringUp(live, before);
  const { result: refused, load } = await underLoad(live, async () => {
    if (isRefused(effects)) {
      await expectRefusal(live, before, after, [row.path]);
      return true;
    }
    updates += await change(live, before, after, effects, { previewed: true });
    updates += await change(live, after, before, effects, { previewed: true });
    if (effects.some(({ kind }) => kind === "newRelease")) updates += await failAtGate(live, before, after);
    return false;
  });
  // Back where the next row expects the service.
  if (sample.elsewhere === true) {
    await live.stack.run.destroy();
    await begin(live);
  }
  return { updates, load, refused };
}

/**
 * Runs the samples of several rows as one change, there and back, and with a new release that fails its gate. Their
 * fields must not interact.
 */
export async function runTogether(live: LiveCloud, together: readonly ChangeRow[]): Promise<ChangeResult> {
  const [before, after] = joined(live, together);
  const effects = together.flatMap(({ path, which }) =>
    covers[which].flatMap((one) => effectsOf(path, one, live.platform) ?? []),
  );
  await bringUp(live, before);
  let updates = 0;
  const { load } = await underLoad(live, async () => {
    updates += await change(live, before, after, effects);
    updates += await change(live, after, before, effects);
    updates += await failAtGate(live, before, after);
  });
  return { updates, load, refused: false };
}

/** Expects that several changes are refused at once, each with its path. The service must be up. */
export async function refusedTogether(live: LiveCloud, together: readonly ChangeRow[]): Promise<void> {
  const [before, after] = joined(live, together);
  await expectRefusal(
    live,
    before,
    after,
    together.map(({ path }) => path),
  );
}

/** The services before and after the changes of several rows. */
function joined(live: LiveCloud, together: readonly ChangeRow[]): [ServiceArgs, ServiceArgs] {
  const found = together.map(({ path, which }) => samples[path]?.[which]?.(live) ?? { after: {} });
  const before = Object.assign({}, live.service, ...found.map((one) => one.before ?? {})) as ServiceArgs;
  return [before, Object.assign({}, before, ...found.map((one) => one.after)) as ServiceArgs];
}

function servicesOf({ service }: LiveCloud, { before = {}, after }: Sample): [ServiceArgs, ServiceArgs] {
  const first = { ...service, ...before };
  return [first, { ...first, ...after }];
}

/** Whether a change is refused while a release serves. */
export function isRefused(effects: readonly Effect[]): boolean {
  return effects.some(({ kind }) => kind === "refused");
}

async function bringUp(live: LiveCloud, service: ServiceArgs): Promise<void> {
  live.stack.replace(service);
  await live.stack.run.up();
}

/**
 * Updates the service, and asserts that the engine does, and if `previewed` its preview shows, what the plan has said, and
 * that a preview then finds nothing to change.
 */
async function change(
  live: LiveCloud,
  from: ServiceArgs,
  to: ServiceArgs,
  effects: readonly Effect[],
  { previewed = false } = {},
): Promise<number> {
  const planned = planOf(live, from, to);
  live.stack.replace(to);
  if (previewed) asPlanned(plannedChanges(await live.stack.run.preview()), planned);
  const run = await live.stack.run.up();
  asPlanned(changes(run), planned);
  const released = planned.services.some(({ releases }) => releases.some(({ change: one }) => one === "added"));
  if (released)
    assert.ok(
      effects.some(({ kind }) => kind === "newRelease"),
      "a new release was not announced",
    );
  assert.deepEqual(plannedChanges(await live.stack.run.preview()), []);
  const outputs = await live.stack.run.outputs();
  const total = Object.values(await live.split()).reduce((sum, weight) => sum + weight, 0);
  assert.equal(total, 100);
  assert.ok(String(outputs.release) in (await live.split()));
  return 1;
}

/** The same change with a release that fails its gate: the service stays as it was, and the change is taken back. */
async function failAtGate(live: LiveCloud, before: ServiceArgs, after: ServiceArgs): Promise<number> {
  const split = await live.split();
  live.broken.add("9.9.9");
  live.stack.replace({ ...after, version: "9.9.9" });
  await live.stack.run.up({ expectFailure: after.gate?.from !== "none" });
  if (after.gate?.from !== "none") assert.deepEqual(await live.split(), split);
  await bringUp(live, before);
  assert.deepEqual(await live.split(), split);
  assert.deepEqual(plannedChanges(await live.stack.run.preview()), []);
  return 2;
}

/** The update and the preview fail before anything is registered, with each path and both ways out. */
async function expectRefusal(
  live: LiveCloud,
  before: ServiceArgs,
  after: ServiceArgs,
  paths: readonly string[],
): Promise<void> {
  live.stack.replace(after);
  for (const run of [
    await live.stack.run.up({ expectFailure: true }),
    await live.stack.run.preview({ expectFailure: true }),
  ]) {
    const message = run.diagnostics.map((one) => one.message).join("\n");
    for (const path of paths) assert.ok(message.includes(path.split(".")[0] ?? path), `no ${path} in: ${message}`);
    assert.match(message, /cannot change from/);
    assert.match(message, /second stack/);
    assert.match(message, /pulumi destroy/);
    assert.deepEqual(changes(run), []);
  }
  live.stack.replace(before);
  assert.deepEqual(plannedChanges(await live.stack.run.preview()), []);
}

/** Asserts that the engine creates, deletes and replaces exactly what the plan has said, and changes nothing else. */
function asPlanned(steps: readonly Step[], planned: Changes): void {
  const names = (operation: (step: string) => boolean) =>
    [
      ...new Set(steps.filter(({ operation: one, type }) => operation(one) && isShown(type)).map(({ name }) => name)),
    ].sort();
  const said = (list: readonly { readonly name: string; readonly type: string }[]) =>
    [...new Set(list.filter(({ type }) => isShown(type)).map(({ name }) => name))].sort();
  assert.deepEqual(
    names((one) => one === "create"),
    said(planned.created),
    "created",
  );
  assert.deepEqual(
    names((one) => one === "delete"),
    said(planned.deleted),
    "deleted",
  );
  const replacedNames = said(planned.replaced);
  const unannouncedReplaced = names((one) => one.includes("replace")).filter((name) => !replacedNames.includes(name));
  assert.deepEqual(unannouncedReplaced, [], "replaced without an announcement");
  const changedNames = new Set([...said(planned.changed), ...replacedNames]);
  const unannounced = names((one) => one === "update" || one.includes("replace")).filter(
    (name) => !changedNames.has(name),
  );
  assert.deepEqual(unannounced, [], "changed without an announcement");
}

/** Components and providers are not in a plan's lists of changes in the same way. */
function isShown(type: string): boolean {
  return !/^(pulumi:|immutable:)/.test(type);
}

function planOf(live: LiveCloud, from: ServiceArgs, to: ServiceArgs): Changes {
  const folder = live.stack.run.folder;
  const files = [from, to].map((service, index) => {
    const file = join(folder, `plan-${index}.yaml`);
    writeFileSync(file, stackText({ config: live.stack.configOf(service) }));
    return file;
  });
  const script = join(repository, "tests/engine/live/plan-changes.ts");
  const output = execFileSync(process.execPath, [...compiledSources(), script, repository, ...files], {
    cwd: repository,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output) as Changes;
}

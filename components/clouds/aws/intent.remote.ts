import { sleep } from "../../clock.remote";
import type { Created, Updated } from "../../remote";
import { type IntentInputs, mayWithdraw } from "../intent-inputs.remote";
import { settleSeconds } from "../timings";
import { settleUnrecorded } from "../unrecorded-stores.remote";
import { FileSystems } from "./file-system.remote";
import { tagsOf } from "./leftovers-balancing.remote";
import { removeLeftovers } from "./leftovers.remote";
import { Buckets } from "./object-store.remote";
import { readRule, ruleClient, setShares, sharesOf } from "./rules.remote";

/** The inputs of an intent. */
export interface Inputs extends IntentInputs {
  /** The service's logical name, with which the names of its resources begin. */
  readonly service: string;
}

/** Records what the program asks for. */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  await prepare(inputs);
  return { id: `${inputs.service}-intent`, outs: inputs };
}

/** Records it again, with every change and after every interrupted update. */
export async function update(_id: string, _before: Partial<Inputs>, inputs: Inputs): Promise<Updated<Inputs>> {
  await prepare(inputs);
  return { outs: inputs };
}

async function prepare(inputs: Inputs): Promise<void> {
  if (inputs.recorded.length > 0) await clear(inputs);
  await takeOutOfSplit(inputs);
}

/**
 * Removes what an interrupted update has left. What cannot be removed is reported and stops nothing: where it is in the
 * way, the cloud's own error names it.
 */
async function clear(inputs: Inputs): Promise<void> {
  const { region, service, owner, recorded, splitRules, releases } = inputs;
  const problems = await removeLeftovers({
    region,
    service,
    owner,
    recorded: new Set([...recorded, ...splitRules]),
    releases: new Set(releases.map(({ id }) => id)),
  });
  for (const sentence of [...problems, ...(await settleStores(inputs))]) console.error(sentence);
}

/** Clears up stores that an interrupted update left and that nobody needs; see `settleUnrecorded`. */
async function settleStores({ region, service, owner, unusedStores = [] }: Inputs): Promise<string[]> {
  const place = { region, owner, keptFor: owner.replace(/[^/]+$/, service) };
  const done: string[] = [];
  for (const kind of unusedStores) {
    const calls = kind === "files" ? new Buckets(region) : new FileSystems(region);
    try {
      done.push(...(await settleUnrecorded(calls, { ...place, resource: `${service}-${kind}` })));
    } catch (error) {
      done.push(`stores of an interrupted update were not looked for: ${String(error)}`);
    }
  }
  return done;
}

/**
 * Takes the releases that the program does not name out of the traffic split, where they may be withdrawn, so that a
 * release that is taken back loses its requests first.
 */
async function takeOutOfSplit(inputs: Inputs): Promise<void> {
  const { region, releases, splitRules } = inputs;
  const client = ruleClient({ region });
  let lost = false;
  for (const arn of splitRules) {
    const rule = await readRule(client, arn);
    if (rule === undefined) continue;
    const shares = [...sharesOf(rule)];
    const ids = await tagsOf(
      client,
      shares.map(([targetGroup]) => targetGroup),
      "release",
    );
    const isNamed = (targetGroup: string) => releases.some(({ id }) => id === ids.get(targetGroup));
    const kept = shares.filter(([targetGroup]) => isNamed(targetGroup));
    const live = kept.filter(([, share]) => share > 0).map(([targetGroup]) => ids.get(targetGroup) ?? "");
    if (kept.length === shares.length || !mayWithdraw(inputs, live)) continue;
    await setShares(client, arn, new Map(kept));
    lost ||= shares.some(([targetGroup, share]) => share > 0 && !isNamed(targetGroup));
  }
  // What lost its requests here may be deleted by this very update, and the traffic split sees no loss.
  if (lost) await sleep(settleSeconds * 1000);
}

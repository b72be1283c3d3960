import { isDeepStrictEqual } from "node:util";
import type { Ledger, LedgerEntry } from "../../components/ledger-entries";
import { type IdField, idFields } from "../../components/stack-file/schema";
import { isMapping } from "../../components/stack-file/values";
import { PlanFailure } from "../../plan/failure";
import { fileAt } from "../../plan/git";
import { parseYaml } from "../../plan/offline/yaml-file";
import {
  type FileEdit,
  type Place,
  fileOf,
  listed,
  named,
  readStackText,
  releasesIn,
  servicePath,
  tried,
} from "./stack-file";
import type { FieldEdit } from "./yaml-edit";

/** Fields of a service that shape its instances, as a stack file has them. */
type Written = Readonly<Record<string, unknown>>;

/**
 * The edit after which the stack file describes a release of the ledger again. `wanted` is its id or version; undefined:
 * the newest that has no traffic. What shapes its instances is taken from the stack file at the commit that deployed it;
 * without that, its version and image are. Throws a PlanFailure where the result would be another release.
 */
export async function backEdit(
  place: Place,
  wanted: string | undefined,
  { entries }: Pick<Ledger, "entries">,
  serving: readonly string[],
): Promise<FileEdit> {
  const target = targetOf(wanted, entries, serving);
  const [file, before] = [fileOf(place), await readStackText(place)];
  const [own, ...further] = await releasesIn(place);
  if (own?.id === target.id)
    throw new PlanFailure(`${file} describes ${target.id} already: run pulumi up to give it the traffic`);
  if (further.some(({ id }) => id === target.id))
    throw new PlanFailure(
      `${file} has ${target.id} under releases already: give it its share with weights ${target.id}=100`,
    );
  const made: string[] = [];
  const now = serviceIn(before, file);
  if (now === undefined)
    throw new PlanFailure(`${file} has no ${servicePath().join(".")}, the field to edit: edit the file by hand`);
  const written = await writtenAt(place, target.revision);
  for (const [wantedFields, fields] of [
    [written, idFields],
    [{ version: target.version, image: target.image }, ["version", "image"]],
  ] as const) {
    const edits = wantedFields === undefined ? [] : editsFor(now, wantedFields, fields);
    if (edits.length === 0) continue;
    const { after, releases } = await tried(place, before, edits).catch((error: unknown) => {
      if (error instanceof PlanFailure) return { after: before, releases: [] };
      throw error;
    });
    const id = releases[0]?.id ?? "no release";
    if (id === target.id) return { file, before, after, purpose: `back to ${target.version}` };
    made.push(id);
  }
  throw new PlanFailure(
    `${file} alone cannot bring back ${target.id}: with its version and what else shaped its instances, it would describe ` +
      `${[...new Set(made)].join(" or ") || "no other release"}, because the network, the program or the files of its image have changed since. ` +
      `Revert the change instead${target.revision === null ? "" : `, as with git revert: commit ${target.revision} deployed it`}`,
  );
}

function targetOf(
  wanted: string | undefined,
  entries: readonly LedgerEntry[],
  serving: readonly string[],
): LedgerEntry {
  const found =
    wanted === undefined ? entries.filter(({ id }) => !serving.includes(id)).slice(0, 1) : named(wanted, entries);
  const [target, another] = found;
  if (another !== undefined)
    throw new PlanFailure(
      `several releases have version ${wanted}: name one of ${found.map(({ id }) => id).join(", ")}`,
    );
  if (target !== undefined) return target;
  throw new PlanFailure(
    wanted === undefined
      ? `the ledger has no release before the one that serves; it has ${listed(entries)}`
      : `the ledger has no release ${wanted}; it has ${listed(entries)}`,
  );
}

/** What shaped the instances, as the stack file had it at a commit. */
async function writtenAt(place: Place, revision: string | null): Promise<Written | undefined> {
  const file = fileOf(place);
  const text = revision === null ? undefined : await fileAt(place.root, revision, file);
  return text === undefined ? undefined : serviceIn(text, file);
}

function serviceIn(text: string, file: string): Written | undefined {
  const { value } = parseYaml(text, file, "config");
  const service = servicePath().reduce<unknown>((part, key) => (isMapping(part) ? part[key] : undefined), value);
  return isMapping(service) ? service : undefined;
}

/** Sets each of the fields that shape instances to what it was, and removes those that were not there. */
function editsFor(now: Written, target: Written, fields: readonly IdField[]): FieldEdit[] {
  return fields.flatMap((field): FieldEdit[] => {
    if (field === "aws") return rootDeviceEdit(now, target);
    return isDeepStrictEqual(now[field], target[field]) ? [] : [{ path: servicePath(field), value: target[field] }];
  });
}

/** Of the block of AWS, one field shapes instances. */
function rootDeviceEdit({ aws: now }: Written, { aws: before }: Written): FieldEdit[] {
  const [current, wanted] = [now, before].map((block) => (isMapping(block) ? block.rootDevice : undefined));
  if (current === wanted) return [];
  return isMapping(now)
    ? [{ path: servicePath("aws", "rootDevice"), value: wanted }]
    : [{ path: servicePath("aws"), value: { rootDevice: wanted } }];
}

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { serviceKey } from "../../components/config-keys";
import { stackName } from "../../plan/arguments";
import type { PlannedRelease } from "../../plan/contract";
import { PlanFailure } from "../../plan/failure";
import { plan } from "../../plan/plan";
import { type FieldEdit, type FieldPath, edited } from "./yaml-edit";

/** Which stack file is edited. */
export interface Place {
  /** The project's folder. */
  readonly root: string;
  readonly stack: string;
  /** The stack file, from `root`; undefined: `Pulumi.<stack>.yaml`. */
  readonly configFile: string | undefined;
}

/** A stack file before and after an edit. */
export interface FileEdit {
  /** Its path from the project's folder. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** What the edit does, for the message of a commit. */
  readonly purpose: string;
}

/** What a release is called by. */
interface Identified {
  readonly id: string;
  readonly version: string;
}

/** The stack file's path from the project's folder. */
export function fileOf({ stack, configFile }: Place): string {
  return configFile ?? `Pulumi.${stackName(stack)}.yaml`;
}

/** Reads the stack file's text. Throws a PlanFailure without one. */
export async function readStackText(place: Place): Promise<string> {
  const file = resolve(place.root, fileOf(place));
  return readFile(file, "utf8").catch(() => {
    throw new PlanFailure(`no stack file ${file}`);
  });
}

/** The path of a field of the service in a stack file. */
export function servicePath(...field: FieldPath): FieldPath {
  return ["config", serviceKey, ...field];
}

/** The releases that a stack file describes, the service's own first. Throws a PlanFailure for one without a plan. */
export async function releasesIn({ root, stack, configFile }: Place): Promise<readonly PlannedRelease[]> {
  const { services } = await plan({ root, stack: stackName(stack), configFile });
  const [service] = services;
  if (service === undefined || services.length > 1)
    throw new PlanFailure(`the program has ${services.length} services: edit its stack file by hand`);
  return service.description.service.releases;
}

/** The releases with an id or a version. */
export function named<T extends Identified>(name: string, releases: readonly T[]): readonly T[] {
  return releases.filter(({ id, version }) => id === name || version === name);
}

/** The ids of releases with their versions, for a message. */
export function listed(releases: readonly Identified[]): string {
  return releases.map(({ id, version }) => `${id} (${version})`).join(", ") || "none";
}

/** Edits a stack file's text, and returns it with the releases that it then describes. */
export async function tried(
  place: Place,
  before: string,
  edits: readonly FieldEdit[],
): Promise<{ readonly after: string; readonly releases: readonly PlannedRelease[] }> {
  const file = fileOf(place);
  const after = edited(before, edits, file);
  return inFolder(async (folder) => {
    const configFile = join(folder, basename(file));
    await writeFile(configFile, after);
    return { after, releases: await releasesIn({ ...place, configFile }) };
  });
}

/** Does something in an empty folder, which goes after it. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "release-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

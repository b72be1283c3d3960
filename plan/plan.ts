import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Description } from "../components/service";
import { bakeOf, imageType } from "./derive/bake";
import { type Bake, type Plan, type PlannedResource, type ServicePlan, schema } from "./contract";
import { type Recording, run } from "./offline/program";
import { factsOf } from "./derive/facts";
import { PlanFailure } from "./failure";
import { notesOf } from "./derive/notes";
import { countRoles, rankOf, roleOf } from "./derive/roles";
import { type StackConfig, encryptedStandIn, readStackFile } from "./offline/stack-file";
import { updateOf } from "./derive/update";

/** Which plan is wanted. */
export interface PlanRequest {
  /** The project's folder. */
  readonly root: string;
  readonly stack: string;
  /** The stack file, relative to `root`; undefined: `Pulumi.<stack>.yaml`. */
  readonly configFile?: string | undefined;
}

/** Runs the project's program offline and tells what it would build. Throws a PlanFailure if there is no plan to tell. */
export async function plan({ root, stack, configFile }: PlanRequest): Promise<Plan> {
  const config = readStackFile(root, stack, configFile);
  try {
    const recording = await run(() => load(resolve(root, config.main)), { ...config, stack });
    return planOf(recording, config, stack, root);
  } catch (error) {
    if (!(error instanceof PlanFailure) || config.encrypted.length === 0) throw error;
    // The stand-in itself may be what a check refused.
    throw new PlanFailure(`${error.message}\n${encryptedNote(config)}`, error.problems);
  }
}

/** Loads a program as Pulumi does: a module that exports a function is called. */
async function load(main: string): Promise<unknown> {
  const loaded = (await import(pathToFileURL(main).href)) as { default?: unknown };
  const program = loaded.default;
  return typeof program === "function" ? ((await (program as () => unknown)()) ?? {}) : program;
}

/** Turns what a program did into its plan. Without the project's folder as `root` the files of an image's recipe are not told one by one. */
export function planOf(
  recording: Recording,
  config: Pick<StackConfig, "project" | "encrypted">,
  stack: string,
  root?: string,
): Plan {
  const bakes = bakers(recording.resources);
  const resources = recording.resources
    .map((resource): PlannedResource => ({
      ...resource,
      role: bakes.has(resource.urn) ? "image" : roleOf(resource.type),
    }))
    .sort(byRole);
  const services = resources
    .filter(({ role }) => role === "service")
    .map(({ name, urn, inputs }) =>
      serviceOf(name, inputs as unknown as Description, bakeOf(inputs as unknown as Description, urn, resources, root)),
    );
  if (services.length === 0)
    throw new PlanFailure("the program registers no ImmutableService, so there is no service to tell of");
  const several = services.length > 1;
  const notes = [
    ...services.flatMap((service) =>
      notesOf(service.description).map((note) => (several ? `${service.name}: ${note}` : note)),
    ),
    ...(config.encrypted.length > 0 ? [encryptedNote(config)] : []),
    ...recording.lookups.map(
      (token) => `What ${token} answers could not be looked up offline; a stand-in is told instead.`,
    ),
    ...recording.untransformed.map(
      (name) => `The transforms of ${name} are run by the engine only; it is told as it was before them.`,
    ),
  ];
  return {
    schema,
    project: config.project,
    stack,
    services,
    roles: countRoles(resources),
    resources,
    outputs: recording.outputs,
    notes,
  };
}

function serviceOf(name: string, description: Description, bake: Bake | undefined): ServicePlan {
  return {
    name,
    description,
    ...(bake ? { bake } : {}),
    facts: factsOf(description, bake),
    update: updateOf(description, bake),
  };
}

/** The URNs of what bakes an image: its network, its bucket and its role are its own, whatever their types. */
function bakers(resources: Recording["resources"]): ReadonlySet<string> {
  const found = new Set<string>();
  // A parent is registered before its children.
  for (const { urn, type, parent } of resources)
    if (type === imageType || (parent !== null && found.has(parent))) found.add(urn);
  return found;
}

function encryptedNote({ encrypted }: Pick<StackConfig, "encrypted">): string {
  return `Encrypted values cannot be read offline; ${encryptedStandIn} stands for them in ${encrypted.join(", ")}.`;
}

function byRole(a: PlannedResource, b: PlannedResource): number {
  return rankOf(a.role) - rankOf(b.role) || compare(a.type, b.type) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

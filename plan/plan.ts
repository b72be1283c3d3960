import { componentTypes } from "../components/component-types";
import { serviceKey } from "../components/config-keys";
import { type Problem, SettingsError } from "../components/stack-file/problems";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Plan, type PlannedResource, schema } from "./contract";
import { compareRoles, countRoles, rolesOf } from "./derive/roles";
import { serviceOf } from "./derive/services";
import type { State } from "./derive/standing";
import { withoutCredentials } from "./credentials";
import { PlanFailure, asFailure } from "./failure";
import { type Recording, run } from "./offline/program";
import { type StackConfig, encryptedPlaceholder, readStackFile } from "./offline/stack-file";
import { type StackOutputs, recordedOf } from "./stack-outputs";

/** Which plan is wanted. */
export interface PlanRequest {
  /** The project's folder. */
  readonly root: string;
  readonly stack: string;
  /** The stack file, relative to `root`; undefined: `Pulumi.<stack>.yaml`. */
  readonly configFile?: string | undefined;
  /** What the stack has recorded; undefined: not known. */
  readonly outputs?: StackOutputs | undefined;
}

/**
 * Runs the project's program offline and plans what it registers. `state` is what the program reads of its stack's
 * state; default: nothing. Throws a PlanFailure if it fails.
 */
export async function plan({ root, stack, configFile, outputs }: PlanRequest, state: State = {}): Promise<Plan> {
  const config = readStackFile(root, stack, configFile);
  try {
    const recording = await run(() => load(resolve(root, config.main)), { ...config, stack, state });
    if (config.problems.length === 0) return planOf(recording, config, stack, { root, outputs });
  } catch (error) {
    if (!(error instanceof PlanFailure)) throw error;
    if (config.problems.length > 0) throw misread(config, error.problems);
    if (config.encrypted.length === 0) throw error;
    // A check may have refused the placeholder itself.
    throw new PlanFailure(`${error.message}\n${encryptedNote(config)}`, error.problems);
  }
  throw misread(config, []);
}

/**
 * The failure of a stack file that the engine would read differently. The program's own problems are reported with it,
 * but those at the same places, and an error without a place, may only be about what was misread.
 */
function misread({ problems }: StackConfig, ofProgram: readonly Problem[]): PlanFailure {
  const misreadPaths = new Set(problems.map(({ path }) => path.replace(`${serviceKey}.`, "")));
  const others = ofProgram.filter(({ path }) => path !== "" && !misreadPaths.has(path));
  return asFailure(new SettingsError([...problems, ...others]));
}

/** Loads a program as Pulumi does: a module that exports a function is called. */
async function load(main: string): Promise<unknown> {
  const loaded = (await import(pathToFileURL(main).href)) as { default?: unknown };
  const program = loaded.default;
  return typeof program === "function" ? ((await (program as () => unknown)()) ?? {}) : program;
}

/**
 * Turns a recording into a plan. Without the project's folder as `root`, the files of a recipe are not read; without the stack's
 * `outputs`, its ledger is not known.
 */
export function planOf(
  recording: Recording,
  config: Pick<StackConfig, "project" | "encrypted" | "notes">,
  stack: string,
  { root, outputs }: Partial<Pick<PlanRequest, "root" | "outputs">> = {},
): Plan {
  const roles = rolesOf(recording.resources);
  const resources = withoutCredentials(recording.resources)
    .map((resource): PlannedResource => ({ ...resource, role: roles.get(resource.urn) ?? "" }))
    .sort(byRole);
  const components = resources.filter(({ type }) => type === componentTypes.service);
  const recorded = (service: string) => outputs && recordedOf(outputs, service, components.length === 1);
  const services = components.map((resource) =>
    serviceOf(resource, recording.components.get(resource.urn), { root, recorded, resources }),
  );
  if (services.length === 0) throw new PlanFailure("the program registers no ImmutableService, so there is no plan");
  const several = services.length > 1;
  const onServices = (kind: "notes" | "warnings") =>
    services.flatMap(({ plan: { name }, [kind]: lines }) => lines.map((line) => (several ? `${name}: ${line}` : line)));
  return {
    schema,
    project: config.project,
    stack,
    services: services.map((service) => service.plan),
    roles: countRoles(resources),
    resources,
    outputs: recording.outputs,
    notes: [
      ...onServices("notes"),
      ...config.notes,
      ...(config.encrypted.length > 0 ? [encryptedNote(config)] : []),
      ...recording.lookups.map(
        (token) => `${token} cannot be called offline; the plan has placeholders for its result.`,
      ),
      ...recording.withTransforms.map(
        (name) => `Only the engine runs the transforms of ${name}; the plan shows it without them.`,
      ),
    ],
    warnings: [...onServices("warnings"), ...recording.warnings],
  };
}

function encryptedNote({ encrypted }: Pick<StackConfig, "encrypted">): string {
  const keys = encrypted.join(", ");
  return `Encrypted values cannot be read offline; the plan has ${encryptedPlaceholder} in their place: ${keys}.`;
}

function byRole(a: PlannedResource, b: PlannedResource): number {
  return compareRoles(a.role, b.role) || compare(a.type, b.type) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { keyOf } from "../../components/id";
import type { RecordedOutputs } from "../../components/recorded-outputs";
import type { ImmutableServiceArgs } from "../../components/service";
import { refusals } from "../../components/stack-file/refusals";
import type { Description, PlannedResource, ServicePlan } from "../contract";
import { PlanFailure } from "../failure";
import { shortType } from "../words";
import { bakeOf } from "./bake";
import { placementOf } from "./consequences";
import { factsOf } from "./facts";
import { type Notes, notesOf } from "./notes";
import { updateOf } from "./update";

/** A service with the notes and warnings on it. */
export interface PlannedService extends Notes {
  readonly plan: ServicePlan;
}

/** What a service is planned with, besides its component. */
export interface Surroundings {
  /** The project's folder; undefined: the files of an image's recipe are not read. */
  readonly root: string | undefined;
  /** What a service of this name has recorded; undefined: not known. */
  readonly recorded: (service: string) => RecordedOutputs | undefined;
  /** Every resource of the plan. */
  readonly resources: readonly PlannedResource[];
}

/**
 * The plan of a service: its settings are the inputs of its component, the times and notes are those of the cloud that
 * the component was made with.
 */
export function serviceOf(
  { name, inputs }: PlannedResource,
  component: { readonly args?: ImmutableServiceArgs } | undefined,
  { root, recorded: recordedOf, resources }: Surroundings,
): PlannedService {
  if (component?.args === undefined)
    throw new PlanFailure(`the plan cannot read service ${name}: another version of the library made it`);
  const { cloud, spec } = component.args;
  // As the engine sees it: secrets and unknown values are replaced by words.
  const description = inputs as unknown as Description;
  const { service } = description;
  const platform = cloud.platforms[spec.compute];
  const bake = bakeOf(description, platform.bakeMinutes, root);
  const { notes, warnings } = notesOf(service);
  const recorded = recordedOf(service.name);
  const before = {
    recorded,
    givesLast: component.args.last !== undefined,
    ruleIsNew: isNew(ruleOf(name, resources), recorded),
  };
  const plan: ServicePlan = {
    name,
    description,
    ...(bake ? { bake } : {}),
    facts: factsOf(description, bake),
    update: updateOf(service, platform.launchSeconds, bake, before),
  };
  return { plan, notes: [...notes, ...cloud.notes(spec)], warnings: [...warnings, ...refused(plan, recorded)] };
}

/** The rule that shares requests among a service's releases. */
function ruleOf(service: string, resources: readonly PlannedResource[]): PlannedResource | undefined {
  return resources.find(
    ({ name, type }) => name.startsWith(`${service}-traffic-split-`) && shortType(type) === "TrafficRule",
  );
}

/** Whether the stack is known to have no such resource. */
function isNew(resource: PlannedResource | undefined, recorded: RecordedOutputs | undefined): boolean {
  const keys = recorded?.deployed?.resources?.split(" ");
  return resource !== undefined && keys !== undefined && !keys.includes(keyOf(resource.type, resource.name));
}

/** What the update refuses, by what was deployed last. Of another service's outputs, nothing in the plan would be right. */
function refused(plan: ServicePlan, recorded: RecordedOutputs | undefined): string[] {
  const { deployed } = recorded ?? {};
  if (deployed === undefined) return [];
  return refusals(deployed, placementOf(plan)).map(
    ({ path, message }) => `By the stack's outputs, pulumi up refuses this update: ${path}: ${message}.`,
  );
}

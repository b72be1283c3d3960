import type { ImmutableServiceArgs } from "../../components/service";
import type { Description, PlannedResource, ServicePlan } from "../contract";
import { PlanFailure } from "../failure";
import { bakeOf } from "./bake";
import { factsOf } from "./facts";
import { type Notes, notesOf } from "./notes";
import { updateOf } from "./update";

/** A service with the notes and warnings on it. */
export interface PlannedService extends Notes {
  readonly plan: ServicePlan;
}

/**
 * The plan of a service: its settings are the inputs of its component, the times and notes are those of the cloud that
 * the component was made with. Without the project's folder as `root`, the files of an image's recipe are not read.
 */
export function serviceOf(
  { name, inputs }: PlannedResource,
  component: { readonly args?: ImmutableServiceArgs } | undefined,
  root?: string,
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
  return {
    plan: {
      name,
      description,
      ...(bake ? { bake } : {}),
      facts: factsOf(description, bake),
      update: updateOf(service, platform.launchSeconds, bake),
    },
    notes: [...notes, ...cloud.notes(spec)],
    warnings,
  };
}

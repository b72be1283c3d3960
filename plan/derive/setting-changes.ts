import type { Change, ChangedPlatform } from "../../components/stack-file/change-kinds";
import { effectsOf, fieldChanges } from "../../components/stack-file/changes";
import { omit } from "../../components/stack-file/values";
import type { Difference, ServicePlan, SettingChange } from "../contract";
import { differencesBetween } from "./differences";

/**
 * The differences of a service's settings besides what its releases are, each with its field of the stack file and the
 * kinds of its change on the platform.
 */
export function settingChanges(before: ServicePlan, after: ServicePlan): SettingChange[] {
  const platform = { cloud: after.description.cloud, compute: after.description.service.compute };
  const bothBake = before.bake !== undefined && after.bake !== undefined;
  const differences = [
    ...differencesBetween(settingsOf(before, bothBake), settingsOf(after, bothBake)),
    ...networkDifference(before, after),
    ...furtherInstances(before, after),
  ];
  return differences.map((difference) => withKinds(difference, platform));
}

/** The settings of a service but its network, under their paths in the stack file. */
function settingsOf({ description }: ServicePlan, withImage: boolean): object {
  const { cloud, region, service } = description;
  const { certificate, build, registry, releases, scaling, ...settings } = service;
  // The plan of an earlier commit may not know it.
  const { freeze = [] } = service as Partial<typeof service>;
  return {
    ...settings,
    network: undefined,
    "immutable-service:cloud": cloud,
    [`${cloud}:region`]: region,
    ...(certificate === undefined ? {} : { tls: { certificate } }),
    ...(registry === undefined ? {} : { alicloud: { registry } }),
    instances: releases[0].instances,
    scaling: scaling.map((trigger) => omit(trigger, ["kind"])),
    freeze: freeze.map((one) => omit(one, ["kind"])),
    // The recipe is compared by its files.
    ...(withImage && build !== undefined ? imageSettings(build) : {}),
  };
}

/** The differences of the network; between a new and an existing one a single one. */
function networkDifference(before: ServicePlan, after: ServicePlan): Difference[] {
  const [was, is] = [before, after].map(({ description }) => description.service.network);
  if (was === undefined || is === undefined) return [];
  return "vpcId" in was === "vpcId" in is
    ? differencesBetween({ network: was }, { network: is })
    : [{ path: "network", before: was, after: is }];
}

function imageSettings({ labels, target }: NonNullable<ServicePlan["description"]["service"]["build"]>): object {
  return { image: { build: omit({ ...labels, ...target }, ["registry"]) } };
}

/** The instances of further releases that both plans have. */
function furtherInstances(before: ServicePlan, after: ServicePlan): Difference[] {
  return after.description.service.releases.slice(1).flatMap(({ id, instances }) => {
    const earlier = before.description.service.releases.find((release) => release.id === id);
    return earlier ? differencesBetween({ [id]: { instances: earlier.instances } }, { [id]: { instances } }) : [];
  });
}

function withKinds(difference: Difference, platform: ChangedPlatform): SettingChange {
  const changes = changesOf(difference);
  const effects = changes.flatMap(({ field, change }) => effectsOf(field, change, platform) ?? []);
  return { ...difference, fields: changes, effects };
}

/** The fields of the stack file that a difference is about; none for an unknown one. */
function changesOf(difference: Difference): SettingChange["fields"] {
  const { path, before, after } = difference;
  const place = path
    .replace(/\[\d+\]/g, "[]")
    // The instances of a further release are at its id.
    .replace(/^[^.[]+\.instances\b.*$/, "releases[].instances");
  const field = fieldOf(place);
  if (field === undefined) return [];
  const changes = fieldChanges[field] ?? {};
  const whole = field === place;
  const kinds: readonly Change[] =
    whole && before === undefined
      ? ["on", "added", "changed"]
      : whole && after === undefined
        ? ["off", "removed", "changed"]
        : ["changed"];
  const change = kinds.find((kind) => kind in changes);
  if (change === undefined) return [];
  return [{ field, change }, ...(change === "on" || change === "off" ? within(field, before ?? after, change) : [])];
}

/** The optional fields of a mapping that is set or left out as a whole, such as `files.share` of `files`. */
function within(field: string, value: unknown, change: Change): SettingChange["fields"] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((name) => {
    const path = `${field}.${name}`;
    return fieldChanges[path]?.[change] !== undefined && !("changed" in fieldChanges[path])
      ? [{ field: path, change }]
      : [];
  });
}

/** The field that a path is in: itself, or the nearest above it. An entry of a list of values is in the list. */
function fieldOf(path: string): string | undefined {
  if (path === "") return undefined;
  if (path in fieldChanges) return path;
  return fieldOf(/^(.*)(?:\.[^.[]*|\[\])$/.exec(path)?.[1] ?? "");
}

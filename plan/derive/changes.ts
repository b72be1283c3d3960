import { imageName } from "../../components/id";
import { unkeepable } from "../../components/unkeepable";
import type { Changes, Plan, PlannedRelease, ReleaseChange, ServiceChange, ServicePlan } from "../contract";
import { imageChange } from "./bake";
import { boundsNotes } from "./bounds";
import { type ServicePair, consequencesOf, goneIn, withoutIdle } from "./consequences";
import { differencesBetween } from "./differences";
import { type ResourceChanges, named, resourceChanges } from "./resource-changes";
import { settingChanges } from "./setting-changes";
import { gatewayNotes } from "./standing";
import { movesTraffic, updateFor } from "./update";

/** Whether the two plans are the same. */
export function nothingChanges({ services, created, deleted, changed, replaced }: Changes): boolean {
  return (
    services.every(({ change }) => change === "unchanged") &&
    created.length + deleted.length + changed.length + replaced.length === 0
  );
}

/** Whether `pulumi up` refuses the change while a release serves. */
export function isRefused({ consequences }: Changes): boolean {
  return consequences.some(({ kind }) => kind === "refused");
}

/** Whether a change replaces something outside a release, loses data or changes an address. */
export function isDestructive({ consequences, replaced }: Changes): boolean {
  return replaced.length > 0 || consequences.some(({ kind }) => kind !== "dataKept");
}

/** Compares two plans of one stack. `before` is undefined where the stack did not exist. */
export function compare(
  before: Plan | undefined,
  after: Plan,
  from: Pick<Changes, "against" | "commit" | "notes">,
): Changes {
  const compared = pairsOf(before?.services ?? [], after.services).map(([was, is]): ServicePair => ({
    before: was,
    after: is,
    change: serviceChange(was, is),
  }));
  const resources = withoutKept(resourceChanges(before, after), compared);
  const gone = goneIn(resources);
  const services = compared.map(({ change, ...pair }): ServicePair => {
    const settings = change.settings.map((setting) => withoutIdle(setting, gone));
    return { ...pair, change: { ...change, settings } };
  });
  return {
    ...from,
    notes: [
      ...from.notes,
      ...services.flatMap(({ before, after }) => boundsNotes(before, after)),
      ...gatewayNotes(before, after),
    ],
    consequences: consequencesOf(services, resources),
    services: services.map(({ change }) => change),
    created: resources.created.map(named),
    deleted: resources.deleted.map(named),
    changed: resources.changed,
    replaced: resources.replaced.map(({ change }) => change),
  };
}

type Pair = readonly [before: ServicePlan | undefined, after: ServicePlan | undefined];

/** The services of both plans by their names. Of a stack with one service in each, they are the same one, renamed. */
function pairsOf(before: readonly ServicePlan[], after: readonly ServicePlan[]): Pair[] {
  if (before.length === 1 && after.length === 1) return [[before[0], after[0]]];
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  const find = (services: readonly ServicePlan[], wanted: string) => services.find(({ name }) => name === wanted);
  return names.map((name) => [find(before, name), find(after, name)]);
}

/**
 * What changes in the resources, where those of the releases that are kept stay: their names begin with the release's.
 */
function withoutKept(resources: ResourceChanges, services: readonly ServicePair[]): ResourceChanges {
  const kept = services.flatMap(({ before, change: { releases } }) =>
    releases.filter(({ change }) => change === "kept").map(({ id }) => `${before?.name ?? ""}-${id}`),
  );
  return { ...resources, deleted: resources.deleted.filter(({ name }) => !kept.some((own) => name.startsWith(own))) };
}

/** The id of the release that has traffic before, and is kept. Whether it is what serves, only the ledger knows. */
function keptBetween(before: ServicePlan | undefined, after: ServicePlan | undefined): string | undefined {
  const is = after?.description.service;
  if (is?.previous?.keep !== true) return undefined;
  const [current] = is.releases;
  return before?.description.service.releases.find(
    ({ id, weight, shape }) =>
      weight > 0 && is.releases.every((one) => one.id !== id) && unkeepable(shape, current.shape) === undefined,
  )?.id;
}

function serviceChange(before: ServicePlan | undefined, after: ServicePlan | undefined): ServiceChange {
  const oldReleases = before?.description.service.releases ?? [];
  const newReleases = after?.description.service.releases ?? [];
  const ids = [...new Set([...newReleases, ...oldReleases].map(({ id }) => id))];
  const kept = keptBetween(before, after);
  const releases = ids.map((id) => {
    const [was, is] = [oldReleases, newReleases].map((list) => list.find((release) => release.id === id));
    const change = releaseChange(id, was, is, oldReleases[0]);
    return id === kept ? { ...change, change: "kept" as const, weightAfter: 0 } : change;
  });
  const settings = before && after ? settingChanges(before, after) : [];
  const changes = movesTraffic(releases) || settings.length > 0;
  const image = imageChange(before, after);
  return {
    name: (after ?? before)?.name ?? "",
    change: before === undefined ? "added" : after === undefined ? "removed" : changes ? "changed" : "unchanged",
    releases,
    image,
    settings,
    ...(after === undefined ? {} : { update: updateFor(after.update, releases, image) }),
  };
}

function releaseChange(
  id: string,
  before: PlannedRelease | undefined,
  after: PlannedRelease | undefined,
  current: PlannedRelease | undefined,
): ReleaseChange {
  const weights = { weightBefore: before?.weight, weightAfter: after?.weight };
  if (after === undefined) return { id, change: "removed", ...weights, differences: [] };
  if (before !== undefined) return { id, change: "unchanged", ...weights, differences: [] };
  const differences = current === undefined ? [] : differencesBetween(shapeOf(current), shapeOf(after));
  return { id, change: "added", ...weights, differences };
}

/** What makes a release another one: its version, and what shapes its instances. */
function shapeOf({ version, shape }: PlannedRelease): object {
  return { version, ...shape, image: imageName(shape.image) };
}

import { componentTypes } from "../../components/component-types";
import { imageName } from "../../components/id";
import type {
  ChangedResource,
  Changes,
  Difference,
  NamedResource,
  Plan,
  PlannedResource,
  PlannedRelease,
  ReleaseChange,
  ServiceChange,
  ServicePlan,
} from "../contract";
import { sentenceList } from "../words";
import { imageChange } from "./bake";
import { differencesBetween } from "./differences";
import { movesTraffic } from "./update";

/** Whether the two plans are the same. */
export function nothingChanges({ services, created, deleted, changed }: Changes): boolean {
  return (
    services.every(({ change }) => change === "unchanged") && created.length + deleted.length + changed.length === 0
  );
}

/** Compares two plans of one stack. `before` is undefined where the stack did not exist. */
export function compare(
  before: Plan | undefined,
  after: Plan,
  from: Pick<Changes, "against" | "commit" | "notes">,
): Changes {
  const old = new Map((before?.resources ?? []).map((resource) => [resource.urn, resource]));
  const now = new Map(after.resources.map((resource) => [resource.urn, resource]));
  const names = [...new Set([...(before?.services ?? []), ...after.services].map(({ name }) => name))];
  const deleted = [...old.values()].filter(({ urn }) => !now.has(urn));
  return {
    ...from,
    services: names.map((name) =>
      serviceChange(
        name,
        before?.services.find((service) => service.name === name),
        after.services.find((service) => service.name === name),
      ),
    ),
    created: [...now.values()].filter(({ urn }) => !old.has(urn)).map(named),
    deleted: deleted.map(named),
    changed: after.resources.flatMap((resource) => {
      const earlier = old.get(resource.urn);
      // Changes of the service and of its image are listed in their own words.
      return earlier === undefined || resource.type === componentTypes.service || resource.type === componentTypes.image
        ? []
        : changedResource(earlier, resource);
    }),
    notes: [...from.notes, ...lossOf(deleted)],
  };
}

function named({ name, type, role }: NamedResource): NamedResource {
  return { name, type, role };
}

function changedResource(before: PlannedResource, after: PlannedResource): ChangedResource[] {
  const differences = differencesBetween(before.inputs, after.inputs).filter(
    ({ path }) => !after.ignoreChanges.some((ignored) => isUnder(path, ignored)),
  );
  if (differences.length === 0) return [];
  const replacedFor = after.replaceOnChanges.filter((property) =>
    differences.some(({ path }) => isUnder(path, property)),
  );
  return [{ ...named(after), differences, replacedFor }];
}

function isUnder(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}

function serviceChange(name: string, before: ServicePlan | undefined, after: ServicePlan | undefined): ServiceChange {
  const oldReleases = before?.description.service.releases ?? [];
  const newReleases = after?.description.service.releases ?? [];
  const ids = [...new Set([...newReleases, ...oldReleases].map(({ id }) => id))];
  const releases = ids.map((id) =>
    releaseChange(
      id,
      oldReleases.find((release) => release.id === id),
      newReleases.find((release) => release.id === id),
      oldReleases[0],
    ),
  );
  const inPlace = before && after ? settingsChanges(before, after) : [];
  const changes = movesTraffic(releases) || inPlace.length > 0;
  return {
    name,
    change: before === undefined ? "added" : after === undefined ? "removed" : changes ? "changed" : "unchanged",
    releases,
    image: imageChange(before, after),
    inPlace,
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

/** Differences of the settings besides the releases, and of the instances of releases that both plans have. */
function settingsChanges(before: ServicePlan, after: ServicePlan): Difference[] {
  const bothBake = before.bake !== undefined && after.bake !== undefined;
  const settings = ({ description: { service, ...where } }: ServicePlan) => ({
    ...where,
    ...service,
    releases: undefined,
    build: bothBake && service.build ? { ...service.build.labels, ...service.build.target } : undefined,
    instances: service.releases[0].instances,
  });
  const others = after.description.service.releases.slice(1).flatMap(({ id, instances }) => {
    const earlier = before.description.service.releases.find((release) => release.id === id);
    return earlier ? differencesBetween({ [id]: { instances: earlier.instances } }, { [id]: { instances } }) : [];
  });
  return [...differencesBetween(settings(before), settings(after)), ...others];
}

/** A note on deleted resources that hold data. */
function lossOf(deleted: readonly PlannedResource[]): string[] {
  const holders = deleted
    .filter(({ type }) => /[:/](bucket:Bucket|fileSystem:FileSystem|logGroup:LogGroup|project:Project)$/.test(type))
    .map(({ name, type }) => `${name} (${type})`);
  return holders.length === 0 ? [] : [`Deleted with all their data: ${sentenceList(holders)}.`];
}

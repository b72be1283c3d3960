import { imageName } from "../../components/id";
import { type ImageChange, imageChange, imageType } from "./bake";
import type { Plan, PlannedResource, ServicePlan } from "../contract";
import { type Change, changesBetween } from "./differences";
import { type PlannedRelease, currentRelease } from "../render/headline";
import { sentenceList } from "../render/words";

/** What becomes of a release. */
export interface ReleaseChange {
  readonly id: string;
  readonly fate: "comes" | "goes" | "stays";
  /** Percent of the traffic before and after; undefined where the release is not there. */
  readonly weightBefore?: number | undefined;
  readonly weightAfter?: number | undefined;
  /** For one that comes: what sets it apart from the release before. */
  readonly differs: readonly Change[];
}

/** What becomes of a service. */
export interface ServiceChange {
  readonly name: string;
  readonly fate: "comes" | "goes" | "changes" | "stays";
  readonly releases: readonly ReleaseChange[];
  /** What becomes of its image; undefined where neither plan bakes one. */
  readonly image?: ImageChange | undefined;
  /** Settings that change without a new release. */
  readonly inPlace: readonly Change[];
}

/** A resource that is there before and after with other inputs. */
export interface ChangedResource {
  readonly name: string;
  readonly type: string;
  readonly role: string;
  readonly changes: readonly Change[];
  /** Changed properties for which the program itself asks for another resource. */
  readonly replacedFor: readonly string[];
}

/** What changes from one plan to another. */
export interface Changes {
  /** The git ref of the plan before. */
  readonly against: string;
  readonly commit: string;
  readonly services: readonly ServiceChange[];
  readonly created: readonly Named[];
  readonly deleted: readonly Named[];
  readonly changed: readonly ChangedResource[];
  readonly notes: readonly string[];
}

/** A resource by its name, type and role. */
export interface Named {
  readonly name: string;
  readonly type: string;
  readonly role: string;
}

/** Whether anything at all changes. */
export function nothingChanges({ services, created, deleted, changed }: Changes): boolean {
  return services.every(({ fate }) => fate === "stays") && created.length + deleted.length + changed.length === 0;
}

/** Compares two plans of one stack. `before` is undefined where the stack was not there. */
export function compare(
  before: Plan | undefined,
  after: Plan,
  from: Pick<Changes, "against" | "commit" | "notes">,
): Changes {
  const old = new Map((before?.resources ?? []).map(asNow).map((resource) => [resource.urn, resource]));
  const now = new Map(after.resources.map((resource) => [resource.urn, resource]));
  const names = [...new Set([...(before?.services ?? []), ...after.services].map(({ name }) => name))];
  const deleted = [...old.values()].filter(({ urn }) => !now.has(urn));
  return {
    ...from,
    services: names.map((name) =>
      serviceChange(
        name,
        before?.services.find((s) => s.name === name),
        after.services.find((s) => s.name === name),
      ),
    ),
    created: [...now.values()].filter(({ urn }) => !old.has(urn)).map(named),
    deleted: deleted.map(named),
    changed: after.resources.flatMap((resource) => {
      const earlier = old.get(resource.urn);
      // The service and its image are told in their own words.
      return earlier === undefined || resource.role === "service" || resource.type === imageType
        ? []
        : changedResource(earlier, resource);
    }),
    notes: [...from.notes, ...lossOf(deleted)],
  };
}

/** Plans once told the stack's type in every URN, which the engine leaves out. */
function asNow(resource: PlannedResource): PlannedResource {
  return { ...resource, urn: resource.urn.replace("::pulumi:pulumi:Stack$", "::") };
}

function named({ name, type, role }: PlannedResource): Named {
  return { name, type, role };
}

function changedResource(before: PlannedResource, after: PlannedResource): ChangedResource[] {
  const changes = changesBetween(before.inputs, after.inputs).filter(
    ({ path }) => !after.ignoreChanges.some((ignored) => isUnder(path, ignored)),
  );
  if (changes.length === 0) return [];
  return [
    {
      ...named(after),
      changes,
      replacedFor: after.replaceOnChanges.filter((property) => changes.some(({ path }) => isUnder(path, property))),
    },
  ];
}

function isUnder(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}

function serviceChange(name: string, before: ServicePlan | undefined, after: ServicePlan | undefined): ServiceChange {
  const oldReleases = before?.description.service.releases ?? [];
  const newReleases = after?.description.service.releases ?? [];
  const current = oldReleases.at(0);
  const releases = [...new Set([...newReleases, ...oldReleases].map(({ id }) => id))].map((id): ReleaseChange => {
    const was = oldReleases.find((release) => release.id === id);
    const is = newReleases.find((release) => release.id === id);
    const fate = was === undefined ? "comes" : is === undefined ? "goes" : "stays";
    const differs =
      fate === "comes" && is !== undefined && current !== undefined
        ? changesBetween(shapeOf(current), shapeOf(is))
        : [];
    return { id, fate, weightBefore: was?.weight, weightAfter: is?.weight, differs };
  });
  const inPlace = before && after ? settingsChanges(before, after) : [];
  const moved = releases.some(
    ({ fate, weightBefore, weightAfter }) => fate !== "stays" || weightBefore !== weightAfter,
  );
  const fate =
    before === undefined ? "comes" : after === undefined ? "goes" : moved || inPlace.length > 0 ? "changes" : "stays";
  return { name, fate, releases, image: imageChange(before, after), inPlace };
}

/** What makes a release another one: its version, and what shapes its instances. */
function shapeOf({ version, shape }: PlannedRelease): object {
  return { version, ...shape, image: imageName(shape.image) };
}

/** The settings beside the releases, and the number of instances of the service and of each release that stays. */
function settingsChanges(before: ServicePlan, after: ServicePlan): Change[] {
  const bothBake = before.bake !== undefined && after.bake !== undefined;
  const beside = ({ description }: ServicePlan) => {
    const { service, ...where } = description;
    return {
      ...where,
      ...service,
      releases: undefined,
      build: bothBake && service.build ? { ...service.build.labels, ...service.build.target } : undefined,
      instances: currentRelease(description).instances,
    };
  };
  const others = after.description.service.releases.slice(1).flatMap(({ id, instances }) => {
    const was = before.description.service.releases.find((release) => release.id === id);
    return was ? changesBetween({ [id]: { instances: was.instances } }, { [id]: { instances } }) : [];
  });
  return [...changesBetween(beside(before), beside(after)), ...others];
}

/** Deleting what holds data deserves a sentence of its own. */
function lossOf(deleted: readonly PlannedResource[]): string[] {
  const holders = deleted
    .filter(({ type }) => /[:/](bucket:Bucket|fileSystem:FileSystem|logGroup:LogGroup|project:Project)$/.test(type))
    .map(({ name, type }) => `${name} (${type})`);
  return holders.length === 0
    ? []
    : [`Deleted with whatever is in ${holders.length === 1 ? "it" : "them"}: ${sentenceList(holders)}.`];
}

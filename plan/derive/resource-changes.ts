import { componentTypes } from "../../components/component-types";
import type { ChangedResource, Difference, NamedResource, Plan, PlannedResource } from "../contract";
import { differencesBetween } from "./differences";
import { replacingProperties } from "./replacements";

/** What changes in a stack's resources. */
export interface ResourceChanges {
  readonly created: readonly PlannedResource[];
  readonly deleted: readonly PlannedResource[];
  /** Resources that are updated, without being replaced. */
  readonly changed: readonly ChangedResource[];
  readonly replaced: readonly ReplacedResource[];
}

/** A resource that is replaced, with all that is known of it. */
export interface ReplacedResource {
  readonly change: ChangedResource;
  readonly resource: PlannedResource;
}

/**
 * Compares the resources of two plans. A replaced resource has other outputs, so whatever has one of them as an input
 * changes too, and may be replaced in turn. `before` is undefined where the stack did not exist.
 */
export function resourceChanges(before: Plan | undefined, after: Plan): ResourceChanges {
  const old = new Map((before?.resources ?? []).map((resource) => [resource.urn, resource]));
  const now = new Map(after.resources.map((resource) => [resource.urn, resource]));
  const both = after.resources.flatMap((resource) => {
    const earlier = old.get(resource.urn);
    // Changes of the service and of its image are listed in their own words.
    return earlier === undefined || resource.type === componentTypes.service || resource.type === componentTypes.image
      ? []
      : [{ resource, differences: inputDifferences(earlier, resource) }];
  });
  const found = new Map<string, ReplacedResource["change"]>();
  const replaced = new Map<string, PlannedResource>();
  // Until a round finds no further replaced resource.
  for (let size = -1; size !== replaced.size;) {
    size = replaced.size;
    for (const { resource, differences } of both) {
      const change = changedResource(resource, differences, replaced);
      if (change === undefined) continue;
      found.set(resource.urn, change);
      if (change.replacedFor.length > 0) replaced.set(resource.urn, resource);
    }
  }
  return {
    created: after.resources.filter(({ urn }) => !old.has(urn)),
    deleted: [...old.values()].filter(({ urn }) => !now.has(urn)),
    changed: [...found].flatMap(([urn, change]) => (replaced.has(urn) ? [] : [change])),
    replaced: [...replaced].flatMap(([urn, resource]) => {
      const change = found.get(urn);
      return change === undefined ? [] : [{ change, resource }];
    }),
  };
}

/** A resource by its name, type and role alone. */
export function named({ name, type, role }: NamedResource): NamedResource {
  return { name, type, role };
}

/** The differences of two resources' inputs that the engine and the provider look at. */
function inputDifferences(before: PlannedResource, after: PlannedResource): Difference[] {
  const { ignoreChanges, comparedInputs } = after;
  return differencesBetween(before.inputs, after.inputs).filter(
    ({ path }) =>
      !isUnderAny(path, ignoreChanges) && (comparedInputs === undefined || isUnderAny(path, comparedInputs)),
  );
}

/** What changes in a resource, given the resources that are replaced; undefined for nothing. */
function changedResource(
  resource: PlannedResource,
  differences: readonly Difference[],
  replaced: ReadonlyMap<string, PlannedResource>,
): ChangedResource | undefined {
  const following = Object.entries(resource.inputDependencies).flatMap(([input, urns]) =>
    isUnderAny(input, resource.ignoreChanges) ||
    (resource.comparedInputs !== undefined && !isUnderAny(input, resource.comparedInputs))
      ? []
      : urns.flatMap((urn) => {
          const source = replaced.get(urn);
          return source === undefined
            ? []
            : pathsTo(source.name, input, resource.inputs[input]).map((path) => ({ path, source }));
        }),
  );
  const paths = [...differences, ...following].map(({ path }) => path);
  if (paths.length === 0) return undefined;
  return {
    ...named(resource),
    differences,
    replacedFor: [...new Set(replacingProperties(resource).filter((property) => touches(paths, property)))],
    follows: [...new Set(following.map(({ source }) => source.name))],
  };
}

/** The paths in an input's value that have an output of a resource, or that are unknown. */
function pathsTo(name: string, path: string, value: unknown): string[] {
  if (typeof value === "string") return value.includes(`<${name}.`) || value === "[unknown]" ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((part, index) => pathsTo(name, `${path}[${index}]`, part));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => pathsTo(name, `${path}.${key}`, part));
}

/** Whether one of the paths is a property, or within it. `*` is every property. */
function touches(paths: readonly string[], property: string): boolean {
  return paths.some((path) => property === "*" || isUnder(path.replace(/\[\d+\]/g, ""), property));
}

function isUnderAny(path: string, properties: readonly string[]): boolean {
  return properties.some((property) => isUnder(path, property));
}

function isUnder(path: string, property: string): boolean {
  return path === property || path.startsWith(`${property}.`) || path.startsWith(`${property}[`);
}

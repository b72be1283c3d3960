import { componentTypes } from "../components/component-types";
import type { Plan } from "../plan/contract";
import { PlanFailure } from "../plan/failure";

/** A resource of a stack's state, as `pulumi stack export` prints it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  /** The provider's URN and id, with :: between them. */
  readonly provider?: string;
  /** True for one that an update has replaced and not deleted yet. */
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * The URNs to update so that the stack's images exist and nothing else changes.
 *
 * The engine gets each URN by itself: a pattern would match the image of another recipe too, and the engine would
 * delete that. The engine also wants to delete every dependent of a target that the program no longer registers, such
 * as the release that runs on the previous image, and refuses the update if that is not a target too. A resource in the
 * state is therefore a target only without such dependents; otherwise it is up to date, or the next `pulumi up` updates
 * it. An image of an earlier bake without dependents is a target too, which removes it from the state but not from the
 * cloud.
 */
export function targetsOf({ resources }: Plan, state: readonly StateResource[]): string[] {
  const existing = new Set(state.map(({ urn }) => urn));
  const planned = new Map(resources.map((resource) => [resource.urn, resource]));
  const images = below(resources, componentTypes.image);
  // The engine refuses a resource whose parent neither exists nor is a target.
  const parents = [...images]
    .flatMap((urn) => ancestors(urn, (child) => planned.get(child)?.parent))
    .filter((urn) => !images.has(urn) && !existing.has(urn));
  const old = [...below(state, componentTypes.image)].filter((urn) => !planned.has(urn));
  const targets = new Set([...parents, ...images, ...old]);
  const dependentsOf = withDependents(state);
  const blocked = (urn: string) => dependentsOf(urn).some((other) => !planned.has(other) && !targets.has(other));
  // Leaving one out may block another.
  for (let size = -1; size !== targets.size;) {
    size = targets.size;
    for (const urn of [...targets]) if (existing.has(urn) && blocked(urn)) targets.delete(urn);
  }
  // Without a target, pulumi would update everything.
  if (targets.size === 0)
    throw new PlanFailure(
      "the image is in the state, beside a release of another image that a failed update has left; " +
        "run pulumi up first, which deletes that release",
    );
  return [...targets].sort();
}

interface Node {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string | null | undefined;
}

/** The URNs of the resources of a type, and of everything below them. */
function below(resources: readonly Node[], type: string): ReadonlySet<string> {
  const found = new Set(resources.filter((resource) => resource.type === type).map(({ urn }) => urn));
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const { urn, parent } of resources) if (parent && found.has(parent)) found.add(urn);
  }
  return found;
}

function ancestors(urn: string, parentOf: (urn: string) => string | null | undefined): string[] {
  const parent = parentOf(urn);
  return parent ? [parent, ...ancestors(parent, parentOf)] : [];
}

/** Returns a function from a resource to everything that depends on it, directly or through others. */
function withDependents(state: readonly StateResource[]): (urn: string) => readonly string[] {
  const dependents = new Map<string, string[]>();
  for (const resource of state)
    for (const dependency of dependenciesOf(resource))
      dependents.set(dependency, [...(dependents.get(dependency) ?? []), resource.urn]);
  return (root) => {
    const found = new Set<string>();
    const open = [root];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      for (const dependent of dependents.get(urn) ?? []) {
        if (found.has(dependent)) continue;
        found.add(dependent);
        open.push(dependent);
      }
    }
    return [...found];
  };
}

function dependenciesOf({
  parent,
  dependencies = [],
  propertyDependencies = {},
  deletedWith,
  provider,
}: StateResource): string[] {
  const own = Object.values(propertyDependencies).flatMap((urns) => urns ?? []);
  return [...dependencies, ...own, parent, deletedWith, provider?.slice(0, provider.lastIndexOf("::"))].filter(
    (urn) => urn !== undefined && urn !== "",
  ) as string[];
}

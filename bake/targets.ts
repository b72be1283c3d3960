import { imageType } from "../plan/derive/bake";
import type { Plan } from "../plan/contract";
import { PlanFailure } from "../plan/failure";

/** A resource of a stack's state, as `pulumi stack export` tells it. */
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
 * The URNs to bring up so that the stack's images are there and nothing else changes.
 *
 * They are named one by one: a pattern would match the image of another recipe too, and the engine would delete it. It also
 * wants to delete whatever the program no longer has and needs something that is named, such as the release that runs on
 * the last image, and then refuses to. So what is in the state already is named only where nothing of the kind needs it;
 * the rest is as it should be, or the next `pulumi up` makes it so. What an earlier bake has left and nothing needs is
 * named, which takes it out of the state; the image itself outlives that.
 */
export function targetsOf({ resources }: Plan, state: readonly StateResource[]): string[] {
  const there = new Set(state.map(({ urn }) => urn));
  const planned = new Map(resources.map((resource) => [resource.urn, resource]));
  const images = below(
    resources,
    resources.filter(({ type }) => type === imageType).map(({ urn }) => urn),
  );
  // The engine refuses a resource whose parent is neither there nor named.
  const parents = [...images]
    .flatMap((urn) => ancestors(urn, (child) => planned.get(child)?.parent))
    .filter((urn) => !images.has(urn) && !there.has(urn));
  const old = [
    ...below(
      state,
      state.filter(({ type }) => type === imageType).map(({ urn }) => urn),
    ),
  ].filter((urn) => !planned.has(urn));
  const named = new Set([...parents, ...images, ...old]);
  const dependentsOf = withDependents(state);
  // One that is left out may be what kept another one in.
  for (let size = -1; size !== named.size;) {
    size = named.size;
    for (const urn of [...named])
      if (there.has(urn) && dependentsOf(urn).some((other) => !planned.has(other) && !named.has(other)))
        named.delete(urn);
  }
  // Without a target pulumi would bring up everything.
  if (named.size === 0)
    throw new PlanFailure(
      "the image is in the state, and an update that failed has left a release of another one beside it; run pulumi up first, which takes that out",
    );
  return [...named].sort();
}

interface Node {
  readonly urn: string;
  readonly parent?: string | null | undefined;
}

/** These URNs and those of everything below them. */
function below(resources: readonly Node[], roots: readonly string[]): ReadonlySet<string> {
  const found = new Set(roots);
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

/** Tells what needs a resource to exist, directly or by way of others. */
function withDependents(state: readonly StateResource[]): (urn: string) => readonly string[] {
  const needing = new Map<string, string[]>();
  for (const resource of state)
    for (const needed of needs(resource)) needing.set(needed, [...(needing.get(needed) ?? []), resource.urn]);
  return (root) => {
    const found = new Set<string>();
    const open = [root];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      for (const dependent of needing.get(urn) ?? []) {
        if (found.has(dependent)) continue;
        found.add(dependent);
        open.push(dependent);
      }
    }
    return [...found];
  };
}

function needs({
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

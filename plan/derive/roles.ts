import { componentTypes } from "../../components/component-types";
import type { NamedResource, RoleCount } from "../contract";

/*
 * What a resource is for is its place in the tree: its role is the first component below the service, or below the
 * environment, on the way down to it.
 */

interface Node {
  readonly urn: string;
  readonly type: string;
  readonly parent: string | null;
}

/** The roles in the order in which they are listed. The components of another program's library come after them. */
const order = [
  "service",
  "environment",
  "network",
  "load balancer",
  "files",
  "logs",
  "identity",
  "image",
  "release",
  "traffic split",
];
/** The role of a resource that is below no component of the library. */
const other = "other";

/** The role of each resource, by its URN. Parents come before their children, as they are registered. */
export function rolesOf(resources: readonly Node[]): ReadonlyMap<string, string> {
  const roles = new Map<string, string>();
  for (const { urn, type, parent } of resources) {
    const above = parent === null ? other : (roles.get(parent) ?? other);
    const inherits = !["service", "environment", other].includes(above);
    roles.set(urn, inherits ? above : (roleOfComponent(type) ?? above));
  }
  return roles;
}

/** `immutable:service:LoadBalancer` is "load balancer"; undefined for a type that is no component of the library. */
function roleOfComponent(type: string): string | undefined {
  if (type === componentTypes.service) return "service";
  const [, name] = /^immutable:\w+:(\w+)$/.exec(type) ?? [];
  return name?.replace(/(?<=[a-z])[A-Z]/g, " $&").toLowerCase();
}

/** Orders two roles. */
export function compareRoles(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rankOf(role: string): number {
  if (role === other) return order.length + 1;
  const rank = order.indexOf(role);
  return rank === -1 ? order.length : rank;
}

/** Counts resources by role. */
export function countRoles(resources: readonly NamedResource[]): RoleCount[] {
  const roles = [...new Set(resources.map(({ role }) => role))].sort(compareRoles);
  return roles.map((role) => {
    const types = resources.filter((resource) => resource.role === role).map(({ type }) => type);
    const names = [...new Set(types)].sort();
    return {
      role,
      count: types.length,
      types: Object.fromEntries(names.map((name) => [name, types.filter((type) => type === name).length])),
    };
  });
}

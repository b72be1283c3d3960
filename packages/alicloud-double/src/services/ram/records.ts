import { Table } from "../../table";

/** A RAM role. */
export interface Role {
  id: string;
  name: string;
  document: string;
  description: string;
  maxSession: number;
  created: string;
  /** When it was created, in milliseconds since 1970. */
  since: number;
  /** The cloud service of a service-linked role. */
  linkedTo?: string;
  tags: Map<string, string>;
}

/** A custom policy with its versions. */
export interface Policy {
  name: string;
  type: "Custom" | "System";
  description: string;
  created: string;
  defaultVersion: string;
  versions: { id: string; document: string; created: string }[];
  tags: Map<string, string>;
}

/** A policy's attachment to a role. */
export interface RolePolicy {
  roleName: string;
  policyName: string;
  policyType: string;
  attached: string;
}

/** The resources of RAM; their names are unique in the account. */
export type Ram = ReturnType<typeof newRam>;

/** Tables without resources. */
export function newRam() {
  return { roles: new Table<Role>(), policies: new Table<Policy>(), rolePolicies: new Table<RolePolicy>() };
}

import { Table } from "../../table";

/** A RAM role. */
export interface Role {
  id: string;
  name: string;
  document: string;
  description: string;
  maxSession: number;
  created: string;
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

/** Everything that RAM keeps; all its names are the account's own. */
export type Ram = ReturnType<typeof newRam>;

/** No roles and policies yet. */
export function newRam() {
  return { roles: new Table<Role>(), policies: new Table<Policy>(), rolePolicies: new Table<RolePolicy>() };
}

import { Table } from "../../table";

/**
 * An instance of Container Registry Enterprise Edition, which a test adds: it is prepaid, so programs do not create
 * one.
 */
export interface RegistryInstance {
  id: string;
  /** The first part of its domain names: `<name>-registry-vpc.<region>.cr.aliyuncs.com`. */
  name: string;
  /** Its domain names besides those. */
  customDomains?: readonly string[];
  /** Whether it admits everyone from the internet; by default nobody. */
  isPublic?: boolean;
  /** How many VPCs it may be linked to; default 3. */
  vpcQuota?: number;
  lifecycleRules?: LifecycleRule[];
}

/** A VPC that is linked to an instance: its domain names resolve there, and answer. */
export interface RegistryLink {
  instanceId: string;
  vpcId: string;
  vSwitchId: string;
  moduleName: string;
  status: "CREATING" | "RUNNING" | "DELETING";
  /** Whether the domain names resolve in the VPC, by records in PrivateZone. */
  resolves: boolean;
}

/** A repository, which a test adds: the digest, without `sha256:`, that each of its tags names. */
export interface Repository {
  id: string;
  instanceId: string;
  namespace: string;
  name: string;
  readonly tags: Map<string, string>;
  /** Whether its tags never name another image. */
  immutable: boolean;
  /** Whether everybody may pull; default PRIVATE. */
  type?: "PUBLIC" | "PRIVATE";
}

/** A rule that deletes artifacts, as its API has it. */
export interface LifecycleRule {
  Auto: boolean;
  Scope: "INSTANCE" | "NAMESPACE" | "REPO";
  NamespaceName?: string;
  RepoName?: string;
  RetentionTagCount: number;
  TagRegexp?: string;
}

/** The instances of Container Registry, and the VPCs that are linked to them. */
export interface Registries {
  readonly tables: { readonly registryLinks: Table<RegistryLink> };
  readonly instances: Map<string, RegistryInstance>;
  readonly repositories: Map<string, Repository>;
}

/** No instance and no link. */
export function newRegistries(): Registries {
  return { tables: { registryLinks: new Table<RegistryLink>() }, instances: new Map(), repositories: new Map() };
}

import { Shelf } from "../../table";

/** A JSON document with the times the service adds. */
export type Kept = Record<string, unknown>;

/** A log project with everything in it. */
export interface LogProject {
  name: string;
  attributes: Kept;
  policy: string;
  tags: Map<string, string>;
  stores: Shelf<Kept>;
  indexes: Shelf<Kept>;
  machineGroups: Shelf<Kept>;
  configs: Shelf<Kept>;
  pipelines: Shelf<Kept>;
  /** `machine group` + newline + `config`. */
  applied: Set<string>;
}

/** An empty project. */
export function newProject(name: string, attributes: Kept): LogProject {
  return {
    name,
    attributes,
    policy: "",
    tags: new Map(),
    stores: new Shelf(),
    indexes: new Shelf(),
    machineGroups: new Shelf(),
    configs: new Shelf(),
    pipelines: new Shelf(),
    applied: new Set(),
  };
}

import { Table } from "../../table";

/** A JSON document with the times the service adds. */
export type Document = Record<string, unknown>;

/** A log project with everything in it. */
export interface LogProject {
  name: string;
  attributes: Document;
  policy: string;
  tags: Map<string, string>;
  stores: Table<Document>;
  indexes: Table<Document>;
  machineGroups: Table<Document>;
  configs: Table<Document>;
  pipelines: Table<Document>;
  /** `machine group` + newline + `config`. */
  applied: Set<string>;
}

/** An empty project. */
export function newProject(name: string, attributes: Document): LogProject {
  return {
    name,
    attributes,
    policy: "",
    tags: new Map(),
    stores: new Table(),
    indexes: new Table(),
    machineGroups: new Table(),
    configs: new Table(),
    pipelines: new Table(),
    applied: new Set(),
  };
}

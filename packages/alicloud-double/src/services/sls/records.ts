import { Table } from "../../table";

/** A JSON document, as it was sent, with the times that the service adds. */
export type Document = Record<string, unknown>;

/** A log project and everything in it. */
export interface LogProject {
  name: string;
  created: string;
  /** When it was created, in milliseconds since 1970. */
  since: number;
  attributes: Document;
  policy: string;
  tags: Map<string, string>;
  /** The tags of logstores, by the name of their store. */
  storeTags: Map<string, Map<string, string>>;
  stores: Table<Document>;
  /** What was written, which a test adds; the double has no agents and no PutLogs. */
  lines: { store: string; time: Date; content: string }[];
  /** Indexes by the name of their store. */
  indexes: Table<Document>;
  machineGroups: Table<Document>;
  configs: Table<Document>;
  pipelines: Table<Document>;
  /** The configs that are applied to machine groups, each as `group\nconfig`. */
  applied: Set<string>;
}

/** An empty project. */
export function newProject(name: string, created: string, attributes: Document): LogProject {
  return {
    name,
    created,
    since: Date.now(),
    attributes,
    policy: "",
    tags: new Map(),
    storeTags: new Map(),
    stores: new Table(),
    lines: [],
    indexes: new Table(),
    machineGroups: new Table(),
    configs: new Table(),
    pipelines: new Table(),
    applied: new Set(),
  };
}

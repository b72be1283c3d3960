import { Refusal } from "../../refusal";
import type { Table } from "../../table";
import type { World } from "../../world";
import type { Document, LogProject } from "./records";

/** An action of the log service, which its method and path identify. */
export interface Route {
  method: string;
  /** Its groups are the names in the path. */
  path: RegExp;
  /** The value of the query's `type`, by which one path has several actions; by default the query has none. */
  type?: string;
  action: string;
  /** The published model of the body; undefined if the body is not checked. */
  model?: string;
  /** Performs the action. A string is the response body as it is, undefined an empty body, anything else JSON. */
  perform: (request: SlsRequest) => unknown;
}

/** What an action receives. */
export interface SlsRequest {
  world: World;
  /** Whether the host name has a project. */
  hasProject: boolean;
  /** The project in the host name; throws ProjectNotExist. */
  project: () => LogProject;
  /** The first name in the path. */
  name: string;
  /** All names in the path. */
  names: readonly string[];
  body: Document;
  query: URLSearchParams;
}

/** The refusal for an unknown project. */
export function noProject(name: string): Refusal {
  return new Refusal("ProjectNotExist", `The Project does not exist : ${name}`, 404);
}

/**
 * The project of a request that names it. One that was created a moment ago is listed, and its name is taken, but the
 * service does not find it yet: for about a minute, as
 * https://github.com/geek-fun/serverlessinsight/issues/28 and
 * https://github.com/aliyun/terraform-provider-alicloud/pull/2893 report.
 */
export function requireProject(world: World, name: string | undefined): LogProject {
  const project = world.projects.require(name, noProject);
  if (Date.now() - project.since < world.delays.project) throw noProject(project.name);
  return project;
}

/** The refusal to create what exists. */
export function alreadyExists(code: string, what: string): Refusal {
  return new Refusal(code, `${what} already exists`, 400);
}

/** Adds a document with the times of its creation and modification; refuses with a code if the name is taken. */
export function addDocument(table: Table<Document>, name: string, body: Document, takenCode: string): void {
  if (table.get(name)) throw alreadyExists(takenCode, name);
  table.put(name, { ...body, createTime: now(), lastModifyTime: now() });
}

/** Replaces a document, but keeps the time of its creation. */
export function replaceDocument(
  table: Table<Document>,
  name: string,
  body: Document,
  missing: (name: string) => Refusal,
): void {
  const { createTime } = table.require(name, missing);
  table.put(name, { ...body, createTime, lastModifyTime: now() });
}

/** Deletes a document. */
export function removeDocument(table: Table<Document>, name: string, missing: (name: string) => Refusal): void {
  table.require(name, missing);
  table.remove(name);
}

/** Seconds since 1970. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

import { Refusal } from "../../refusal";
import type { Document, LogProject } from "./records";
import { addDocument, alreadyExists, now, removeDocument, replaceDocument, type Route } from "./route";

const store = /^\/logstores\/([^/]+)$/;
const meteringMode = /^\/logstores\/([^/]+)\/meteringmode$/;
const index = /^\/logstores\/([^/]+)\/index$/;

/** Logstores and their indexes. */
export const logstoreRoutes: Route[] = [
  {
    method: "POST",
    path: /^\/logstores$/,
    action: "CreateLogStore",
    model: "CreateLogStoreRequest",
    perform: ({ project, body }) => {
      createStore(project(), body);
    },
  },
  {
    method: "GET",
    path: store,
    action: "GetLogStore",
    perform: ({ project, name }) => project().stores.require(name, noStore),
  },
  // https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getlogs
  {
    method: "GET",
    path: store,
    type: "log",
    action: "GetLogs",
    perform: ({ project, name, query }) => {
      project().stores.require(name, noStore);
      if (!project().indexes.get(name)) throw new Refusal("IndexConfigNotExist", "logstore without index config", 400);
      const [from, to] = [query.get("from"), query.get("to")].map(Number) as [number, number];
      if (!(from >= 0 && to > from)) throw new Refusal("ParameterInvalid", "from must be before to", 400);
      return project()
        .lines.filter(
          ({ store: one, time }) => one === name && time.getTime() / 1000 >= from && time.getTime() / 1000 < to,
        )
        .slice(0, Number(query.get("line") ?? 100))
        .map(({ time, content }) => ({ __time__: String(Math.floor(time.getTime() / 1000)), __source__: "", content }));
    },
  },
  {
    method: "PUT",
    path: store,
    action: "UpdateLogStore",
    model: "UpdateLogStoreRequest",
    perform: ({ project, name, body }) => {
      Object.assign(project().stores.require(name, noStore), body, { lastModifyTime: now() });
    },
  },
  {
    method: "DELETE",
    path: store,
    action: "DeleteLogStore",
    perform: ({ project, name }) => {
      removeDocument(project().stores, name, noStore);
      project().indexes.remove(name);
      project().storeTags.delete(name);
    },
  },
  {
    method: "GET",
    path: /^\/logstores\/([^/]+)\/shards$/,
    action: "ListShards",
    perform: ({ project, name }) => {
      const length = Number(project().stores.require(name, noStore)["shardCount"] ?? 2);
      const shard = { status: "readwrite", inclusiveBeginKey: "", exclusiveEndKey: "", createTime: 0 };
      return Array.from({ length }, (_, shardID) => ({ shardID, ...shard }));
    },
  },
  {
    method: "GET",
    path: meteringMode,
    action: "GetLogStoreMeteringMode",
    perform: ({ project, name }) => ({
      meteringMode: project().stores.require(name, noStore)["meteringMode"] ?? "ChargeByFunction",
    }),
  },
  {
    method: "PUT",
    path: meteringMode,
    action: "UpdateLogStoreMeteringMode",
    model: "UpdateLogStoreMeteringModeRequest",
    perform: ({ project, name, body }) => {
      project().stores.require(name, noStore)["meteringMode"] = body["meteringMode"];
    },
  },
  {
    method: "POST",
    path: index,
    action: "CreateIndex",
    model: "Index",
    perform: ({ project, name, body }) => {
      project().stores.require(name, noStore);
      addDocument(project().indexes, name, body, "IndexAlreadyExist");
    },
  },
  {
    method: "GET",
    path: index,
    action: "GetIndex",
    perform: ({ project, name }) => {
      project().stores.require(name, noStore);
      return project().indexes.require(name, noIndex);
    },
  },
  {
    method: "PUT",
    path: index,
    action: "UpdateIndex",
    model: "Index",
    perform: ({ project, name, body }) => {
      replaceDocument(project().indexes, name, body, noIndex);
    },
  },
  {
    method: "DELETE",
    path: index,
    action: "DeleteIndex",
    perform: ({ project, name }) => {
      removeDocument(project().indexes, name, noIndex);
    },
  },
];

function createStore(project: LogProject, body: Document): void {
  const name = String(body["logstoreName"]);
  if (!/^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$/.test(name))
    throw new Refusal("LogStoreInfoInvalid", `logstore name ${name} is invalid`);
  if (project.stores.get(name)) throw alreadyExists("LogStoreAlreadyExist", `logstore ${name}`);
  project.stores.put(name, {
    appendMeta: false,
    autoSplit: false,
    enable_tracking: false,
    hot_ttl: 0,
    mode: "standard",
    telemetryType: "",
    maxSplitShard: 0,
    infrequentAccessTTL: 0,
    productType: "",
    ...body,
    createTime: now(),
    lastModifyTime: now(),
  });
}

function noStore(name: string): Refusal {
  return new Refusal("LogStoreNotExist", `logstore ${name} does not exist`, 404);
}

function noIndex(name: string): Refusal {
  return new Refusal("IndexConfigNotExist", `index config of ${name} doesn't exist`, 404);
}

import type { HttpRequest } from "../../http/server";
import { checkValue } from "../../models/check";
import { NpmModels } from "../../models/npm";
import { Refusal } from "../../refusal";
import type { Table } from "../../table";
import type { World } from "../../world";
import type { RestCall } from "../oss/oss";
import { newProject, type Document, type LogProject } from "./records";
import { assertDefined } from "../../values";

const models = new NpmModels("@alicloud/sls20201230");

/** What one path and method of the log service is: the action's name, the model its body follows, and what it does. */
interface Route {
  method: string;
  path: RegExp;
  action: string;
  model?: string;
  act: (asked: {
    world: World;
    project: () => LogProject;
    names: string[];
    body: Document;
    query: URLSearchParams;
  }) => unknown;
}

const noProject = (name: string) => new Refusal("ProjectNotExist", `The Project does not exist : ${name}`, 404);
const alreadyExists = (code: string, what: string) => new Refusal(code, `${what} already exists`, 400);
const json = (value: unknown) => value;

const routes: Route[] = [
  {
    method: "POST",
    path: /^\/$/,
    action: "CreateProject",
    model: "CreateProjectRequest",
    act: ({ world, body }) => {
      createProject(world, body);
    },
  },
  { method: "GET", path: /^\/$/, action: "GetProject", act: ({ world, project }) => projectResponse(world, project()) },
  {
    method: "PUT",
    path: /^\/$/,
    action: "UpdateProject",
    model: "UpdateProjectRequest",
    act: ({ project, body }) => void Object.assign(project().attributes, body),
  },
  {
    method: "DELETE",
    path: /^\/$/,
    action: "DeleteProject",
    act: ({ world, project }) => void world.projects.remove(project().name),
  },
  { method: "GET", path: /^\/policy$/, action: "GetProjectPolicy", act: ({ project }) => json(project().policy) },
  {
    method: "POST",
    path: /^\/policy$/,
    action: "PutProjectPolicy",
    act: ({ project, body }) => void (project().policy = JSON.stringify(body)),
  },
  {
    method: "DELETE",
    path: /^\/policy$/,
    action: "DeleteProjectPolicy",
    act: ({ project }) => void (project().policy = ""),
  },
  { method: "PUT", path: /^\/resourcegroup$/, action: "ChangeResourceGroup", act: () => undefined },
  {
    method: "POST",
    path: /^\/tag$/,
    action: "TagResources",
    model: "TagResourcesRequest",
    act: ({ world, body }) => {
      tag(world, body);
    },
  },
  {
    method: "POST",
    path: /^\/untag$/,
    action: "UntagResources",
    model: "UntagResourcesRequest",
    act: ({ world, body }) => {
      untag(world, body);
    },
  },
  { method: "GET", path: /^\/tags$/, action: "ListTagResources", act: ({ world, query }) => listTags(world, query) },
  {
    method: "POST",
    path: /^\/logstores$/,
    action: "CreateLogStore",
    model: "CreateLogStoreRequest",
    act: ({ project, body }) => {
      createStore(project(), body);
    },
  },
  {
    method: "GET",
    path: /^\/logstores\/([^/]+)$/,
    action: "GetLogStore",
    act: ({ project, names }) => project().stores.require(names[0], noStore),
  },
  {
    method: "PUT",
    path: /^\/logstores\/([^/]+)$/,
    action: "UpdateLogStore",
    model: "UpdateLogStoreRequest",
    act: ({ project, names, body }) =>
      void Object.assign(project().stores.require(names[0], noStore), body, now("lastModifyTime")),
  },
  {
    method: "DELETE",
    path: /^\/logstores\/([^/]+)$/,
    action: "DeleteLogStore",
    act: ({ project, names }) => {
      need(project().stores, names[0], noStore);
      project().indexes.remove(assertDefined(names[0]));
      project().stores.remove(assertDefined(names[0]));
    },
  },
  {
    method: "GET",
    path: /^\/logstores\/([^/]+)\/shards$/,
    action: "ListShards",
    act: ({ project, names }) =>
      Array.from({ length: Number(project().stores.require(names[0], noStore)["shardCount"] ?? 2) }, (_, shardID) => ({
        shardID,
        status: "readwrite",
        inclusiveBeginKey: "",
        exclusiveEndKey: "",
        createTime: 0,
      })),
  },
  {
    method: "GET",
    path: /^\/logstores\/([^/]+)\/meteringmode$/,
    action: "GetLogStoreMeteringMode",
    act: ({ project, names }) => ({
      meteringMode: project().stores.require(names[0], noStore)["meteringMode"] ?? "ChargeByFunction",
    }),
  },
  {
    method: "PUT",
    path: /^\/logstores\/([^/]+)\/meteringmode$/,
    action: "UpdateLogStoreMeteringMode",
    model: "UpdateLogStoreMeteringModeRequest",
    act: ({ project, names, body }) =>
      void (project().stores.require(names[0], noStore)["meteringMode"] = body["meteringMode"]),
  },
  {
    method: "POST",
    path: /^\/logstores\/([^/]+)\/index$/,
    action: "CreateIndex",
    model: "Index",
    act: ({ project, names, body }) => {
      add(project(), "indexes", assertDefined(names[0]), body, "IndexAlreadyExist", () => {
        need(project().stores, names[0], noStore);
      });
    },
  },
  {
    method: "GET",
    path: /^\/logstores\/([^/]+)\/index$/,
    action: "GetIndex",
    act: ({ project, names }) => (
      need(project().stores, names[0], noStore),
      project().indexes.require(names[0], noIndex)
    ),
  },
  {
    method: "PUT",
    path: /^\/logstores\/([^/]+)\/index$/,
    action: "UpdateIndex",
    model: "Index",
    act: ({ project, names, body }) => {
      replace(project().indexes, assertDefined(names[0]), body, noIndex);
    },
  },
  {
    method: "DELETE",
    path: /^\/logstores\/([^/]+)\/index$/,
    action: "DeleteIndex",
    act: ({ project, names }) => {
      drop(project().indexes, assertDefined(names[0]), noIndex);
    },
  },
  ...documentRoutes(
    "machinegroups",
    "MachineGroup",
    "machineGroups",
    "groupName",
    "CreateMachineGroupRequest",
    "MachineGroupAlreadyExist",
    (id) => new Refusal("MachineGroupNotExist", `MachineGroup ${id} does not exist`, 404),
  ),
  ...documentRoutes(
    "configs",
    "Config",
    "configs",
    "configName",
    "LogtailConfig",
    "ConfigAlreadyExist",
    (id) => new Refusal("ConfigNotExist", `config ${id} does not exist`, 404),
  ),
  ...documentRoutes(
    "pipelineconfigs",
    "LogtailPipelineConfig",
    "pipelines",
    "configName",
    "LogtailPipelineConfig",
    "ConfigAlreadyExist",
    (id) => new Refusal("ConfigNotExist", `config ${id} does not exist`, 404),
  ),
  {
    method: "PUT",
    path: /^\/machinegroups\/([^/]+)\/configs\/([^/]+)$/,
    action: "ApplyConfigToMachineGroup",
    act: ({ project, names }) => {
      apply(project(), names);
    },
  },
  {
    method: "DELETE",
    path: /^\/machinegroups\/([^/]+)\/configs\/([^/]+)$/,
    action: "RemoveConfigFromMachineGroup",
    act: ({ project, names }) => void project().applied.delete(names.join("\n")),
  },
  {
    method: "GET",
    path: /^\/machinegroups\/([^/]+)\/configs$/,
    action: "GetAppliedConfigs",
    act: ({ project, names }) =>
      listed(
        "configs",
        [...project().applied]
          .filter((pair) => pair.startsWith(`${names[0]}\n`))
          .map((pair) => assertDefined(pair.split("\n")[1])),
      ),
  },
  {
    method: "GET",
    path: /^\/configs\/([^/]+)\/machinegroups$/,
    action: "GetAppliedMachineGroups",
    act: ({ project, names }) =>
      listed(
        "machinegroups",
        [...project().applied]
          .filter((pair) => pair.endsWith(`\n${names[0]}`))
          .map((pair) => assertDefined(pair.split("\n")[0])),
      ),
  },
];

/** Create, get, update and delete of one kind of thing in a project. */
function documentRoutes(
  folder: string,
  name: string,
  shelf: "machineGroups" | "configs" | "pipelines",
  key: string,
  model: string,
  exists: string,
  missing: (id: string) => Refusal,
): Route[] {
  const one = new RegExp(`^/${folder}/([^/]+)$`);
  return [
    {
      method: "POST",
      path: new RegExp(`^/${folder}$`),
      action: `Create${name}`,
      model,
      act: ({ project, body }) => {
        add(project(), shelf, String(body[key]), body, exists);
      },
    },
    {
      method: "GET",
      path: one,
      action: `Get${name}`,
      act: ({ project, names }) => project()[shelf].require(names[0], missing),
    },
    {
      method: "PUT",
      path: one,
      action: `Update${name}`,
      model,
      act: ({ project, names, body }) => {
        replace(project()[shelf], assertDefined(names[0]), body, missing);
      },
    },
    {
      method: "DELETE",
      path: one,
      action: `Delete${name}`,
      act: ({ project, names }) => {
        drop(project()[shelf], assertDefined(names[0]), missing);
        for (const pair of project().applied)
          if (pair.split("\n")[shelf === "machineGroups" ? 0 : 1] === names[0]) project().applied.delete(pair);
      },
    },
  ];
}

/** The project that a host name stands for: `name.cn-hangzhou.log.aliyuncs.com`; none for the service itself. */
export function isSls(arrival: HttpRequest): boolean {
  return arrival.host.endsWith(".log.aliyuncs.com") || arrival.headers["x-log-apiversion"] !== undefined;
}

/** Finds out what a request for the log service wants. */
export function routeSls(world: World, arrival: HttpRequest): RestCall | undefined {
  const name = /^(.+)\.[a-z0-9-]+\.log\.aliyuncs\.com$/.exec(arrival.host)?.[1];
  const route = routes.find((one) => one.method === arrival.method && one.path.test(arrival.path));
  if (!route) return undefined;
  const text = arrival.body.toString("utf8");
  const body = (text ? JSON.parse(text) : {}) as Document;
  const names = [...assertDefined(route.path.exec(arrival.path))].slice(1);
  const shape = route.model ? models.shape(route.model) : undefined;
  const violations = shape
    ? checkValue(body, shape)
        .filter((problem) => !(problem.kind === "missing" && route.path.source.includes(")")))
        .map(({ path, detail }) => ({ path, detail }))
    : [];
  return {
    action: route.action,
    fields: {
      ...(name ? { project: name } : {}),
      ...Object.fromEntries(names.map((one, at) => [`name${String(at + 1)}`, one])),
      ...(text ? { body: text } : {}),
    },
    violations,
    perform: () => {
      const result = route.act({
        world,
        names,
        body,
        query: arrival.query,
        project: () => world.projects.require(name, noProject),
      });
      const out = typeof result === "string" ? result : result === undefined ? "" : JSON.stringify(result);
      return {
        status: 200,
        headers: { "content-type": "application/json", "x-log-bodyrawsize": String(Buffer.byteLength(out)) },
        body: out,
      };
    },
  };
}

function createProject(world: World, body: Document): void {
  const name = String(body["projectName"]);
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    throw new Refusal("ParameterInvalid", `project name ${name} is invalid`);
  if (world.projects.get(name)) throw alreadyExists("ProjectAlreadyExist", `Project ${name}`);
  world.projects.put(name, newProject(name, body));
}

function projectResponse(world: World, project: LogProject) {
  const now = world.timestamp();
  return {
    description: "",
    resourceGroupId: "rg-acfmdefault",
    dataRedundancyType: "LRS",
    ...project.attributes,
    projectName: project.name,
    owner: world.accountId,
    region: world.region,
    status: "Normal",
    createTime: now,
    lastModifyTime: now,
  };
}

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
    ...now("createTime"),
    ...now("lastModifyTime"),
  });
}

function noStore(name: string): Refusal {
  return new Refusal("LogStoreNotExist", `logstore ${name} does not exist`, 404);
}

function noIndex(name: string): Refusal {
  return new Refusal("IndexConfigNotExist", `index config of ${name} doesn't exist`, 404);
}

function add(
  project: LogProject,
  shelf: "indexes" | "machineGroups" | "configs" | "pipelines",
  name: string,
  body: Document,
  exists: string,
  before: () => void = () => undefined,
): void {
  before();
  if (project[shelf].get(name)) throw alreadyExists(exists, name);
  project[shelf].put(name, { ...body, ...now("createTime"), ...now("lastModifyTime") });
}

function replace(shelf: Table<Document>, name: string, body: Document, missing: (id: string) => Refusal): void {
  const before = shelf.require(name, missing);
  shelf.put(name, { ...body, createTime: before["createTime"], ...now("lastModifyTime") });
}

function drop(shelf: Table<Document>, name: string, missing: (id: string) => Refusal): void {
  shelf.require(name, missing);
  shelf.remove(name);
}

function need(shelf: Table<Document>, name: string | undefined, missing: (id: string) => Refusal): void {
  shelf.require(name, missing);
}

function apply(project: LogProject, [group, config]: string[]): void {
  if (!project.machineGroups.get(group))
    throw new Refusal("MachineGroupNotExist", `MachineGroup ${group} does not exist`, 404);
  if (!project.configs.get(config) && !project.pipelines.get(config))
    throw new Refusal("ConfigNotExist", `config ${config} does not exist`, 404);
  project.applied.add(`${group}\n${config}`);
}

function listed(key: string, names: string[]) {
  return { [key]: names, count: names.length, total: names.length };
}

function now(field: string): Document {
  return { [field]: Math.floor(Date.now() / 1000) };
}

/** Tags are set on the service itself: a project's id is its name, a store's `project#store`. */
function tag(world: World, body: Document): void {
  for (const id of body["resourceId"] as string[]) {
    const project = world.projects.require(id.split("#")[0], noProject);
    if (!id.includes("#"))
      for (const { key, value } of body["tags"] as { key: string; value: string }[]) project.tags.set(key, value);
  }
}

function untag(world: World, body: Document): void {
  for (const id of body["resourceId"] as string[]) {
    const project = world.projects.require(id.split("#")[0], noProject);
    for (const key of (body["tags"] as string[] | undefined) ?? []) project.tags.delete(key);
    if (body["all"] === true) project.tags.clear();
  }
}

function listTags(world: World, query: URLSearchParams) {
  const type = query.get("resourceType") ?? "project";
  const ids = (JSON.parse(query.get("resourceId") ?? "[]") as string[]).flatMap((id) => id);
  return {
    nextToken: "",
    tagResources: ids.flatMap((id) =>
      [...(world.projects.get(id)?.tags ?? [])].map(([tagKey, tagValue]) => ({
        resourceType: type,
        resourceId: id,
        tagKey,
        tagValue,
      })),
    ),
  };
}

/** The log service's way of refusing. */
export function slsError(refusal: Refusal) {
  const body = JSON.stringify({ errorCode: refusal.code, errorMessage: refusal.message });
  return {
    status: refusal.status,
    headers: { "content-type": "application/json", "x-log-bodyrawsize": String(Buffer.byteLength(body)) },
    body,
  };
}

import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { newProject, type Document, type LogProject } from "./records";
import { alreadyExists, noProject, type Route } from "./route";

/** Projects, their policies and tags. */
export const projectRoutes: Route[] = [
  {
    method: "POST",
    path: /^\/$/,
    action: "CreateProject",
    model: "CreateProjectRequest",
    perform: ({ world, body }) => {
      createProject(world, body);
    },
  },
  {
    method: "GET",
    path: /^\/$/,
    action: "GetProject",
    perform: ({ world, project }) => projectResponse(world, project()),
  },
  {
    method: "PUT",
    path: /^\/$/,
    action: "UpdateProject",
    model: "UpdateProjectRequest",
    perform: ({ project, body }) => {
      Object.assign(project().attributes, body);
    },
  },
  {
    method: "DELETE",
    path: /^\/$/,
    action: "DeleteProject",
    perform: ({ world, project }) => {
      world.projects.remove(project().name);
    },
  },
  { method: "GET", path: /^\/policy$/, action: "GetProjectPolicy", perform: ({ project }) => project().policy },
  {
    method: "POST",
    path: /^\/policy$/,
    action: "PutProjectPolicy",
    perform: ({ project, body }) => {
      project().policy = JSON.stringify(body);
    },
  },
  {
    method: "DELETE",
    path: /^\/policy$/,
    action: "DeleteProjectPolicy",
    perform: ({ project }) => {
      project().policy = "";
    },
  },
  { method: "PUT", path: /^\/resourcegroup$/, action: "ChangeResourceGroup", perform: () => undefined },
  {
    method: "POST",
    path: /^\/tag$/,
    action: "TagResources",
    model: "TagResourcesRequest",
    perform: ({ world, body }) => {
      addTags(world, body);
    },
  },
  {
    method: "POST",
    path: /^\/untag$/,
    action: "UntagResources",
    model: "UntagResourcesRequest",
    perform: ({ world, body }) => {
      removeTags(world, body);
    },
  },
  {
    method: "GET",
    path: /^\/tags$/,
    action: "ListTagResources",
    perform: ({ world, query }) => tagsResponse(world, query),
  },
];

function createProject(world: World, body: Document): void {
  const name = String(body["projectName"]);
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    throw new Refusal("ParameterInvalid", `project name ${name} is invalid`);
  if (world.projects.get(name)) throw alreadyExists("ProjectAlreadyExist", `Project ${name}`);
  world.projects.put(name, newProject(name, body));
}

function projectResponse(world: World, project: LogProject) {
  const time = world.timestamp();
  return {
    description: "",
    resourceGroupId: "rg-acfmdefault",
    dataRedundancyType: "LRS",
    ...project.attributes,
    projectName: project.name,
    owner: world.accountId,
    region: world.region,
    status: "Normal",
    createTime: time,
    lastModifyTime: time,
  };
}

/** The tags of a store, whose id is `project#store`, are accepted and not kept. */
function addTags(world: World, body: Document): void {
  for (const id of body["resourceId"] as string[]) {
    const project = world.projects.require(id.split("#")[0], noProject);
    if (id.includes("#")) continue;
    for (const { key, value } of body["tags"] as { key: string; value: string }[]) project.tags.set(key, value);
  }
}

function removeTags(world: World, body: Document): void {
  for (const id of body["resourceId"] as string[]) {
    const project = world.projects.require(id.split("#")[0], noProject);
    for (const key of (body["tags"] as string[] | undefined) ?? []) project.tags.delete(key);
    if (body["all"] === true) project.tags.clear();
  }
}

function tagsResponse(world: World, query: URLSearchParams) {
  const resourceType = query.get("resourceType") ?? "project";
  const ids = JSON.parse(query.get("resourceId") ?? "[]") as string[];
  const tagsOf = (id: string) => [...(world.projects.get(id)?.tags ?? [])];
  return {
    nextToken: "",
    tagResources: ids.flatMap((resourceId) =>
      tagsOf(resourceId).map(([tagKey, tagValue]) => ({ resourceType, resourceId, tagKey, tagValue })),
    ),
  };
}

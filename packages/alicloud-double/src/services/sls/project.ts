import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { newProject, type Document, type LogProject } from "./records";
import { alreadyExists, type Route } from "./route";

/** Projects and their policies. */
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
    // Without a project in the host name it is ListProject.
    action: "GetProject",
    perform: ({ world, hasProject, project, query }) =>
      hasProject ? projectResponse(world, project()) : projectList(world, query),
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
      const { name } = project();
      world.projects.remove(name);
      world.deletedProjects.set(name, Date.now());
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
];

function createProject(world: World, body: Document): void {
  const name = String(body["projectName"]);
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name))
    throw new Refusal("ParameterInvalid", `project name ${name} is invalid`);
  // A project is deleted in the background. That its name stays taken meanwhile is not documented.
  const deleted = world.deletedProjects.get(name) ?? -Infinity;
  if (world.projects.get(name) || Date.now() - deleted < world.delays.projectName)
    throw alreadyExists("ProjectAlreadyExist", `Project ${name}`);
  world.projects.put(name, newProject(name, world.timestamp(), body));
}

/** The projects whose name has a part, page by page: 100 by default, 500 at most. */
function projectList(world: World, query: URLSearchParams) {
  const part = query.get("projectName") ?? "";
  const all = world.projects.where(({ name }) => name.includes(part));
  const offset = Number(query.get("offset") ?? 0);
  const found = all.slice(offset, offset + Math.min(Number(query.get("size") ?? 100), 500));
  return {
    count: found.length,
    total: all.length,
    projects: found.map((project) => projectResponse(world, project)),
  };
}

function projectResponse(world: World, project: LogProject) {
  return {
    description: "",
    resourceGroupId: "rg-acfmdefault",
    dataRedundancyType: "LRS",
    ...project.attributes,
    projectName: project.name,
    owner: world.accountId,
    region: world.region,
    status: "Normal",
    createTime: project.created,
    lastModifyTime: project.created,
  };
}

import { Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import type { LogProject } from "./records";
import { addDocument, removeDocument, replaceDocument, type Route } from "./route";

/** A kind of document in a project, which has the four actions create, get, update and delete. */
interface DocumentKind {
  folder: string;
  /** Its name in the names of actions. */
  name: string;
  table: "machineGroups" | "configs" | "pipelines";
  /** The field of the body that names a new document. */
  key: string;
  /** The published model of the body. */
  model: string;
  takenCode: string;
  missing: (id: string) => Refusal;
}

const machineGroups: DocumentKind = {
  folder: "machinegroups",
  name: "MachineGroup",
  table: "machineGroups",
  key: "groupName",
  model: "CreateMachineGroupRequest",
  takenCode: "MachineGroupAlreadyExist",
  missing: noMachineGroup,
};
const configs: DocumentKind = {
  folder: "configs",
  name: "Config",
  table: "configs",
  key: "configName",
  model: "LogtailConfig",
  takenCode: "ConfigAlreadyExist",
  missing: noConfig,
};
const pipelines: DocumentKind = {
  folder: "pipelineconfigs",
  name: "LogtailPipelineConfig",
  table: "pipelines",
  key: "configName",
  model: "LogtailPipelineConfig",
  takenCode: "ConfigAlreadyExist",
  missing: noConfig,
};

const application = /^\/machinegroups\/([^/]+)\/configs\/([^/]+)$/;

/** Machine groups, collection configs of both kinds, and which config is applied to which group. */
export const collectionRoutes: Route[] = [
  ...documentRoutes(machineGroups),
  ...documentRoutes(configs),
  ...documentRoutes(pipelines),
  {
    method: "PUT",
    path: application,
    action: "ApplyConfigToMachineGroup",
    perform: ({ project, names }) => {
      applyConfig(project(), names);
    },
  },
  {
    method: "DELETE",
    path: application,
    action: "RemoveConfigFromMachineGroup",
    // https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-removeconfigfrommachinegroup
    perform: ({ project, names }) => {
      const [group = ""] = names;
      project().machineGroups.require(group, noMachineGroup);
      project().applied.delete(names.join("\n"));
    },
  },
  {
    method: "GET",
    path: /^\/machinegroups\/([^/]+)\/configs$/,
    action: "GetAppliedConfigs",
    perform: ({ project, name }) =>
      listResponse(
        "configs",
        applications(project())
          .filter(([group]) => group === name)
          .map(([, config]) => config),
      ),
  },
  {
    method: "GET",
    path: /^\/configs\/([^/]+)\/machinegroups$/,
    action: "GetAppliedMachineGroups",
    perform: ({ project, name }) =>
      listResponse(
        "machinegroups",
        applications(project())
          .filter(([, config]) => config === name)
          .map(([group]) => group),
      ),
  },
];

function documentRoutes({ folder, name: kind, table, key, model, takenCode, missing }: DocumentKind): Route[] {
  const one = new RegExp(`^/${folder}/([^/]+)$`);
  return [
    {
      method: "POST",
      path: new RegExp(`^/${folder}$`),
      action: `Create${kind}`,
      model,
      perform: ({ project, body }) => {
        addDocument(project()[table], String(body[key]), body, takenCode);
      },
    },
    {
      method: "GET",
      path: one,
      action: `Get${kind}`,
      perform: ({ project, name }) => project()[table].require(name, missing),
    },
    {
      method: "PUT",
      path: one,
      action: `Update${kind}`,
      model,
      perform: ({ project, name, body }) => {
        replaceDocument(project()[table], name, body, missing);
      },
    },
    {
      method: "DELETE",
      path: one,
      action: `Delete${kind}`,
      perform: ({ project, name }) => {
        removeDocument(project()[table], name, missing);
        for (const pair of project().applied)
          if (pair.split("\n")[table === "machineGroups" ? 0 : 1] === name) project().applied.delete(pair);
      },
    },
  ];
}

function applyConfig(project: LogProject, [group = "", config = ""]: readonly string[]): void {
  project.machineGroups.require(group, noMachineGroup);
  if (!project.configs.get(config) && !project.pipelines.get(config)) throw noConfig(config);
  project.applied.add(`${group}\n${config}`);
}

function applications(project: LogProject): [group: string, config: string][] {
  return [...project.applied].map((pair) => {
    const [group, config] = pair.split("\n");
    return [assertDefined(group), assertDefined(config)];
  });
}

function noMachineGroup(id: string): Refusal {
  return new Refusal("MachineGroupNotExist", `MachineGroup ${id} does not exist`, 404);
}

function noConfig(id: string): Refusal {
  return new Refusal("ConfigNotExist", `config ${id} does not exist`, 404);
}

function listResponse(key: string, names: string[]) {
  return { [key]: names, count: names.length, total: names.length };
}

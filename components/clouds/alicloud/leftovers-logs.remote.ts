import { codeOf } from "./api.remote";
import type { Owned } from "./owned.remote";
import { Sls } from "./sls.remote";

/**
 * The kinds of documents that say what the agents collect, each with its folder and the parts of its id in the state.
 */
const kinds = [
  { what: "collection config", folder: "configs", parts: 3 },
  { what: "machine group", folder: "machinegroups", parts: 2 },
] as const;

/**
 * Removes the machine group and the collection config of virtual machines, which have no tags: they are the stack's own
 * in a log project with its mark, and the next update could not create them under their names again. No log is removed.
 */
export async function removeLogCollection(owned: Owned): Promise<void> {
  const sls = new Sls(owned.endpoint("sls"));
  const name = `${owned.names.service}-logs`;
  for (const project of await owned.projects())
    for (const { what, folder, parts } of kinds) {
      if (owned.recordedIds.some((id) => isIdOf(id, project, name, parts))) continue;
      const path = `/${folder}/${name}`;
      if (await exists(sls, project, path))
        await owned.remove(what, `${name} of ${project}`, () => sls.request("DELETE", { project, path }));
    }
}

/**
 * A machine group's id has the project and the name, and a config's the store between them. An attachment's has the
 * name twice.
 */
function isIdOf(id: string, project: string, name: string, parts: number): boolean {
  const all = id.split(":");
  return all.length === parts && all[0] === project && all.indexOf(name) === parts - 1;
}

async function exists(sls: Sls, project: string, path: string): Promise<boolean> {
  try {
    await sls.request("GET", { project, path });
    return true;
  } catch (error) {
    if (codeOf(error).endsWith("NotExist")) return false;
    throw error;
  }
}

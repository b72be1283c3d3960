import type { Created } from "../../remote";
import { codeOf } from "./api.remote";
import { Sls } from "./sls.remote";

/** The inputs of a machine group's removal. */
export interface Inputs {
  /** The URL of Simple Log Service, without a project. */
  readonly endpoint: string;
  /** The log project that has the group. */
  readonly project: string;
  /** The group's name, which is unique in the project. */
  readonly group: string;
}

/** Records which group to delete. It is recorded before there is one, so an interrupted update leaves none behind. */
export function create(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: `${inputs.project}:${inputs.group}:removal`, outs: inputs });
}

/** Deletes the group, unless it is gone. */
async function remove(_id: string, { endpoint = "", project = "", group = "" }: Partial<Inputs>): Promise<void> {
  try {
    await new Sls(endpoint).request("DELETE", { project, path: `/machinegroups/${group}` });
  } catch (error) {
    if (!codeOf(error).endsWith("NotExist")) throw error;
  }
}
export { remove as delete };

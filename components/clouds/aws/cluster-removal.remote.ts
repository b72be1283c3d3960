import { DeleteClusterCommand, ECSClient } from "@aws-sdk/client-ecs";
import type { Created } from "../../remote";
import { clientSettings, isError } from "./clients.remote";
import { clustersOf } from "./leftovers-groups.remote";

/** The inputs of a cluster's removal. */
export interface Inputs {
  readonly region: string;
  /** The cluster's name, up to the dash and the characters that the engine adds. */
  readonly cluster: string;
  /** The stack's mark: a cluster without it is another's. */
  readonly owner: string;
}

/** Records which cluster to delete. It is recorded before there is one, so an interrupted update leaves none behind. */
export function create(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: `${inputs.cluster}:removal`, outs: inputs });
}

/** Deletes the cluster, unless it is gone. */
async function remove(_id: string, { region, cluster, owner }: Partial<Inputs>): Promise<void> {
  if (region === undefined || cluster === undefined || owner === undefined) return;
  const client = new ECSClient(clientSettings(region, "ecs"));
  for (const { arn, name } of await clustersOf(client, owner)) {
    if (name !== cluster && !name.startsWith(`${cluster}-`)) continue;
    try {
      await client.send(new DeleteClusterCommand({ cluster: arn }));
    } catch (error) {
      // It was deleted since it was listed.
      if (!isError(error, "ClusterNotFoundException")) throw error;
    }
  }
}
export { remove as delete };

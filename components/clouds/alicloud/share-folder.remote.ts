import type { Created } from "../../remote";
import { Api } from "./api.remote";
import { persistently } from "./http.remote";

/** The inputs of the folder that instances mount. */
export interface Inputs {
  readonly region: string;
  /** The URL of NAS's API. */
  readonly endpoint: string;
  readonly fileSystem: string;
  /** Its path in the file system. */
  readonly folder: string;
  /** The user and the group that own it, by their ids. */
  readonly owner: { readonly user: number; readonly group: number };
  /** Its mode, such as 0750. */
  readonly permission: string;
}

/**
 * Creates the folder with its owner. A folder that exists stays as it is, with its content.
 * https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createdir
 */
export async function create(inputs: Inputs): Promise<Created<Inputs>> {
  const { region, endpoint, fileSystem, folder, owner, permission } = inputs;
  const api = new Api("nas", endpoint, { RegionId: region });
  await persistently(() =>
    api.request("CreateDir", {
      FileSystemId: fileSystem,
      RootDirectory: folder,
      OwnerUserId: owner.user,
      OwnerGroupId: owner.group,
      Permission: permission,
      Recursion: true,
    }),
  );
  return { id: `${fileSystem}:${folder}`, outs: inputs };
}

import { until } from "./api.remote";
import { FileSystems } from "./file-system.remote";
import type { Owned } from "./owned.remote";

interface MountTargets {
  readonly MountTargets?: { readonly MountTarget?: readonly { readonly MountTargetDomain?: string }[] };
}

/**
 * Removes the mount targets that the state does not know from the stack's own file systems: a file system has two at
 * most, and each uses its vSwitch and its access group. No file is removed.
 */
export async function removeMountTargets(owned: Owned): Promise<void> {
  const { region } = owned.balancing;
  const api = owned.api("nas");
  const own = await new FileSystems({ region, endpoint: owned.endpoint("nas") }).list(`${owned.names.service}-share-`);
  for (const { id: FileSystemId } of own.filter((one) => owned.owns(one.tags))) {
    const domains = async () => {
      const { MountTargets: found } = await api.request<MountTargets>("DescribeMountTargets", { FileSystemId });
      return (found?.MountTarget ?? []).flatMap(({ MountTargetDomain }) => MountTargetDomain ?? []);
    };
    for (const domain of (await domains()).filter((one) => !owned.isRecorded(one))) {
      await owned.remove("mount target", domain, () =>
        api.request("DeleteMountTarget", { FileSystemId, MountTargetDomain: domain }),
      );
      await until(`the mount target ${domain} is still being deleted`, async () =>
        (await domains()).includes(domain) ? undefined : true,
      );
    }
  }
}

import { accessGroupMark } from "./access-group-mark";
import { codeOf } from "./api.remote";
import type { Owned } from "./owned.remote";

interface Attached {
  readonly Policies?: { readonly Policy?: readonly { readonly PolicyName: string; readonly PolicyType: string }[] };
}
interface Entities {
  readonly Roles?: { readonly Role?: readonly { readonly RoleName: string }[] };
}

/** Removes roles and policies, whose names are unique in the account. */
export async function removeFromAccount(owned: Owned): Promise<void> {
  const ram = owned.api("ram");
  for (const name of await owned.leftovers("ram", "role")) {
    const attached = await ram.request<Attached>("ListPoliciesForRole", { RoleName: name });
    for (const { PolicyName, PolicyType } of attached.Policies?.Policy ?? [])
      await owned.remove("policy's attachment", `${PolicyName} to ${name}`, () =>
        ram.request("DetachPolicyFromRole", { RoleName: name, PolicyName, PolicyType }),
      );
    await owned.remove("role", name, () => ram.request("DeleteRole", { RoleName: name }));
  }
  for (const name of await owned.leftovers("ram", "policy")) {
    const of = { PolicyName: name, PolicyType: "Custom" };
    const { Roles } = await ram.request<Entities>("ListEntitiesForPolicy", of);
    for (const { RoleName } of Roles?.Role ?? [])
      await owned.remove("policy's attachment", `${name} to ${RoleName}`, () =>
        ram.request("DetachPolicyFromRole", { RoleName, ...of }),
      );
    await owned.remove("policy", name, () => ram.request("DeletePolicy", { PolicyName: name }));
  }
  for (const name of await owned.ofStack("ram", "role")) await detach(owned, name);
}

/** Removes the access groups of file systems. They have no tags, so the description is the mark. */
export async function removeAccessGroups(owned: Owned): Promise<void> {
  for (const name of (await accessGroupsOf(owned)).filter((group) => !owned.isRecorded(group)))
    await owned.remove("access group", name, () =>
      owned.api("nas").request("DeleteAccessGroup", { AccessGroupName: name, FileSystemType: "standard" }),
    );
}

interface AccessGroup {
  readonly AccessGroupName: string;
  readonly Description?: string;
}

/** The names of the access groups with this stack's mark. */
async function accessGroupsOf(owned: Owned): Promise<string[]> {
  const all = await owned.list<AccessGroup>(
    "nas",
    "DescribeAccessGroups",
    ({ AccessGroups }) => (AccessGroups as { AccessGroup?: readonly AccessGroup[] } | undefined)?.AccessGroup,
    { FileSystemType: "standard" },
  );
  const mark = accessGroupMark(owned.owner);
  return all.filter(({ Description }) => Description === mark).map(({ AccessGroupName }) => AccessGroupName);
}

/** Detaches from a role what the state does not know attached: the same policy cannot be attached twice. */
async function detach(owned: Owned, RoleName: string): Promise<void> {
  const ram = owned.api("ram");
  let attached: Attached;
  try {
    attached = await ram.request<Attached>("ListPoliciesForRole", { RoleName });
  } catch (error) {
    if (codeOf(error).startsWith("EntityNotExist")) return;
    throw error;
  }
  for (const { PolicyName, PolicyType } of attached.Policies?.Policy ?? [])
    if (!owned.isRecorded(["role", PolicyName, PolicyType, RoleName].join(":")))
      await owned.remove("policy's attachment", `${PolicyName} to ${RoleName}`, () =>
        ram.request("DetachPolicyFromRole", { RoleName, PolicyName, PolicyType }),
      );
}

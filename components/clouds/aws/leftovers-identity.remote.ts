/** What an interrupted update has left of the service's identity. */
import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListInstanceProfileTagsCommand,
  ListRoleTagsCommand,
  RemoveRoleFromInstanceProfileCommand,
  type Tag,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfiles,
  paginateListRolePolicies,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import { ownerTag } from "../tag-keys";
import { clientSettings } from "./clients.remote";
import type { Leftover, Own } from "./leftover.remote";

/** Instance profiles. */
export async function instanceProfiles(own: Own): Promise<readonly Leftover[]> {
  const client = clientOf(own);
  const found: Leftover[] = [];
  for await (const { InstanceProfiles: page = [] } of paginateListInstanceProfiles({ client }, {}))
    for (const { InstanceProfileName: name = "", Roles: held = [] } of page.filter(isNamedLike(own))) {
      if (own.recorded.has(name)) continue;
      const { Tags: tags } = await client.send(new ListInstanceProfileTagsCommand({ InstanceProfileName: name }));
      if (!isOwned(own, tags)) continue;
      found.push({
        what: `the instance profile ${name}`,
        remove: async () => {
          for (const { RoleName } of held)
            await client.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName }));
          await client.send(new DeleteInstanceProfileCommand({ InstanceProfileName: name }));
        },
      });
    }
  return found;
}

/** Roles, with what they have been granted. */
export async function roles(own: Own): Promise<readonly Leftover[]> {
  const client = clientOf(own);
  return (await ownRoles(client, own))
    .filter((RoleName) => !own.recorded.has(RoleName))
    .map((RoleName) => ({
      what: `the role ${RoleName}`,
      remove: async () => {
        for (const { remove } of await granted(client, RoleName, () => true)) await remove();
        await client.send(new DeleteRoleCommand({ RoleName }));
      },
    }));
}

/** Rights of the recorded roles: a release that was taken back leaves none behind. */
export async function policies(own: Own): Promise<readonly Leftover[]> {
  const client = clientOf(own);
  const recorded = (await ownRoles(client, own)).filter((role) => own.recorded.has(role));
  const found = recorded.map((role) => granted(client, role, (id) => !own.recorded.has(id)));
  return (await Promise.all(found)).flat();
}

/** What a role has been granted, by the ids that the engine has for it. */
async function granted(client: IAMClient, RoleName: string, wanted: (id: string) => boolean): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for await (const { PolicyNames: page = [] } of paginateListRolePolicies({ client }, { RoleName }))
    for (const PolicyName of page.filter((name) => wanted(`${RoleName}:${name}`)))
      found.push({
        what: `the policy ${PolicyName} of the role ${RoleName}`,
        remove: () => client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      });
  for await (const { AttachedPolicies: page = [] } of paginateListAttachedRolePolicies({ client }, { RoleName }))
    for (const { PolicyArn } of page.filter(({ PolicyArn: arn = "" }) => wanted(`${RoleName}/${arn}`)))
      found.push({
        what: `the policy ${PolicyArn ?? ""} of the role ${RoleName}`,
        remove: () => client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
      });
  return found;
}

async function ownRoles(client: IAMClient, own: Own): Promise<string[]> {
  const found: string[] = [];
  for await (const { Roles: page = [] } of paginateListRoles({ client }, {}))
    for (const { RoleName = "" } of page.filter(isNamedLike(own))) {
      const { Tags: tags } = await client.send(new ListRoleTagsCommand({ RoleName }));
      if (isOwned(own, tags)) found.push(RoleName);
    }
  return found;
}

/** An account may have thousands of roles, and a list has no tags: only those with the service's name are looked at. */
function isNamedLike({ service }: Own) {
  return ({ RoleName, InstanceProfileName }: { RoleName?: string; InstanceProfileName?: string }) =>
    (RoleName ?? InstanceProfileName ?? "").startsWith(`${service}-`);
}

function isOwned({ owner }: Own, tags: readonly Tag[] = []): boolean {
  return tags.some(({ Key, Value }) => Key === ownerTag && Value === owner);
}

function clientOf({ region }: Own): IAMClient {
  return new IAMClient(clientSettings(region, "iam"));
}

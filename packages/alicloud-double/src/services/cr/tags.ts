import type { ActionGroup } from "../../protocol/action";
import type { Fields } from "../../protocol/fields";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { findInstance } from "./instances";
import type { Repository } from "./records";

const succeeded = { IsSuccess: true, Code: "success" };

/**
 * The tags of images in Container Registry Enterprise Edition. An image is found by its tags only:
 * https://www.alibabacloud.com/help/en/acr/developer-reference/api-cr-2018-12-01-createrepotag
 */
export const repositoryTags: ActionGroup = {
  service: "cr",
  actions: {
    ListInstance({ fields, world }) {
      const instances = [...world.registries.instances.values()];
      const Instances = pageOf(instances, fields).map(({ id, name }) => ({ InstanceId: id, InstanceName: name }));
      return { ...succeeded, Instances, TotalCount: instances.length };
    },
    GetRepository({ fields, world }) {
      const instance = findInstance(world, fields);
      const found = [...world.registries.repositories.values()].find(
        (one) =>
          one.instanceId === instance.id &&
          one.namespace === fields.string("RepoNamespaceName") &&
          one.name === fields.string("RepoName"),
      );
      const { id: RepoId, type: RepoType = "PRIVATE" } = existing(found);
      return { ...succeeded, RepoId, RepoType };
    },
    ListRepoTag({ fields, world }) {
      const tags = [...repositoryOf(world, fields).tags];
      const Images = pageOf(tags, fields).map(([Tag, Digest]) => ({ Tag, Digest, Status: "NORMAL" }));
      return { ...succeeded, Images, TotalCount: String(tags.length) };
    },
    CreateRepoTag({ fields, world }) {
      const { id: instanceId } = findInstance(world, fields);
      const named = [...world.registries.repositories.values()].find(
        (one) =>
          one.instanceId === instanceId &&
          one.namespace === fields.string("NamespaceName") &&
          one.name === fields.string("RepoName"),
      );
      const { tags, immutable } = existing(named);
      const [from = "", to = ""] = [fields.string("FromTag"), fields.string("ToTag")];
      const digest = tags.get(from);
      if (digest === undefined) throw new Refusal("TAG_NOT_EXIST", `The tag ${from} does not exist.`);
      if (!/^\w[\w.-]{0,127}$/.test(to)) throw new Refusal("INVALID_TAG", `${to} is no tag.`);
      if (immutable && tags.has(to)) throw new Refusal("TAG_IMMUTABLE", `The tag ${to} cannot be overwritten.`);
      tags.set(to, digest);
      return succeeded;
    },
    DeleteRepoTag({ fields, world }) {
      const tag = fields.string("Tag") ?? "";
      if (!repositoryOf(world, fields).tags.delete(tag))
        throw new Refusal("TAG_NOT_EXIST", `The tag ${tag} does not exist.`);
      return succeeded;
    },
  },
};

function repositoryOf(world: World, fields: Fields): Repository {
  const { id } = findInstance(world, fields);
  const found = world.registries.repositories.get(fields.string("RepoId") ?? "");
  return existing(found?.instanceId === id ? found : undefined);
}

function existing(repository: Repository | undefined): Repository {
  if (!repository) throw new Refusal("REPO_NOT_EXIST", "The repository does not exist.");
  return repository;
}

function pageOf<Item>(items: readonly Item[], fields: Fields): Item[] {
  const size = fields.number("PageSize") ?? 30;
  const number = fields.number("PageNo") ?? 1;
  return items.slice((number - 1) * size, number * size);
}

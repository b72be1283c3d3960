import type { Action, ActionRequest } from "../protocol/action";
import type { Fields } from "../protocol/fields";
import { tokenPaged } from "../protocol/paging";
import { notFound, Refusal } from "../refusal";
import type { World } from "../world";

/** A resource with tags. */
interface Tagged {
  tags: Map<string, string>;
}

/** The resources of one type that can have tags, by the id or the name that the service's tag actions take. */
interface TaggedTable {
  get(id: string): Tagged | undefined;
  entries(): [id: string, resource: Tagged][];
}

/** How a service writes a tag in its responses. */
export type TagFormat = "KeyValue" | "TagKeyTagValue";

/** How the tag actions of a service differ from those of the others. */
interface TagOptions {
  /** Whether a response wraps the list of tags in `TagResource`; default true. */
  nested?: boolean;
  /** What requests call the list of ids, and responses an id; default ResourceId for both. */
  ids?: { request: string; response: string };
}

const maximumTags = 20;
const tagsPerPage = 20;

/** Tags in a response. */
export function tagsResponse(
  tags: ReadonlyMap<string, string>,
  form: TagFormat = "KeyValue",
): Record<string, string>[] {
  return [...tags].map(([key, value]): Record<string, string> =>
    form === "KeyValue" ? { Key: key, Value: value } : { TagKey: key, TagValue: value },
  );
}

/**
 * TagResources, UntagResources and ListTagResources, which each service has, with small differences. `tables` has the
 * tables by resource type, in lower case. Resources are listed by their ids or by their tags:
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-listtagresources
 */
export function tagActions(
  tables: (world: World) => Record<string, TaggedTable>,
  options: TagOptions = {},
): Record<string, Action> {
  const { nested = true, ids = { request: "ResourceId", response: "ResourceId" } } = options;
  const idsIn = ({ fields }: ActionRequest) =>
    fields.has(ids.request) ? fields.strings(ids.request) : fields.strings("ResourceIds");
  const tableOf = ({ fields, world }: ActionRequest): TaggedTable => {
    const type = fields.string("ResourceType") ?? "";
    const table = tables(world)[type.toLowerCase()];
    if (!table) throw notFound("InvalidResourceType.NotFound", type);
    return table;
  };
  const named = (request: ActionRequest): Tagged[] => {
    const table = tableOf(request);
    return idsIn(request).map((id) => {
      const resource = table.get(id);
      if (!resource) throw notFound("InvalidResourceId.NotFound", id);
      return resource;
    });
  };
  const untag: Action = (request) => {
    const keys = request.fields.has("TagKey") ? request.fields.strings("TagKey") : request.fields.strings("TagKeys");
    for (const resource of named(request)) {
      if (request.fields.boolean("All")) resource.tags.clear();
      for (const key of keys) resource.tags.delete(key);
    }
  };
  return {
    // The same action, as the services spell it.
    UntagResources: untag,
    UnTagResources: untag,
    TagResources(request) {
      const sent = sentTags(request.fields);
      for (const resource of named(request)) {
        if (new Set([...resource.tags.keys(), ...sent.keys()]).size > maximumTags)
          throw new Refusal("NumberExceed.Tags", "The maximum number of tags is exceeded.");
        for (const [key, value] of sent) resource.tags.set(key, value);
        taggedAt.set(resource.tags, Date.now());
      }
    },
    ListTagResources(request) {
      const { fields, world } = request;
      const wanted = idsIn(request);
      const found = tableOf(request)
        .entries()
        .filter(
          ([id, resource]) => (wanted.length === 0 || wanted.includes(id)) && acceptsTags(world, fields, resource),
        );
      const all = found.flatMap(([id, { tags }]) =>
        tagsResponse(tags, "TagKeyTagValue").map((tag) => ({
          [ids.response]: id,
          ResourceType: fields.string("ResourceType") ?? "",
          ...tag,
        })),
      );
      const { items, NextToken } = tokenPaged(fields, all, tagsPerPage);
      return { TagResources: nested ? { TagResource: items } : items, NextToken };
    },
  };
}

/** When resources got tags, in milliseconds since 1970. */
const taggedAt = new WeakMap<ReadonlyMap<string, string>, number>();

/**
 * Whether a resource has the tags that a list's request wants; a wanted tag without a value accepts every value. Tags
 * are found after a while only; that they are is not documented. By its id a resource has them at once.
 */
export function acceptsTags({ delays }: World, fields: Fields, { tags }: Tagged, name?: string): boolean {
  const wanted = fields.list(name ?? (fields.has("Tag") ? "Tag" : "Tags"));
  if (wanted.length > 0 && Date.now() - (taggedAt.get(tags) ?? 0) < delays.tags) return false;
  return wanted.every((tag) => {
    const value = tags.get(tag.string("Key") ?? "");
    return value !== undefined && value === (tag.string("Value") ?? value);
  });
}

/** The tags of a request, which some services call `Tags`. */
export function sentTags(fields: Fields, name?: string): Map<string, string> {
  const tags = fields.tags(name ?? (fields.has("Tag") ? "Tag" : "Tags"));
  for (const [key, value] of tags) validateTag(key, value);
  taggedAt.set(tags, Date.now());
  return tags;
}

/** https://www.alibabacloud.com/help/en/resource-management/tag/product-overview/limits */
function validateTag(key: string, value: string): void {
  if (key === "" || key.length > 128 || /^(aliyun|acs:)|https?:\/\//.test(key))
    throw new Refusal("InvalidTagKey.Malformed", `The specified tag key is not valid: ${key}.`);
  if (value.length > 128 || /^acs:|https?:\/\//.test(value))
    throw new Refusal("InvalidTagValue.Malformed", `The specified tag value is not valid: ${value}.`);
}

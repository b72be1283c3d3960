import type { Action, ActionRequest } from "../protocol/action";
import type { World } from "../world";

/** A resource with tags. */
interface Tagged {
  tags: Map<string, string>;
}

/** How a service writes a tag in its responses. */
export type TagFormat = "KeyValue" | "TagKeyTagValue";

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
 * TagResources, UntagResources and ListTagResources, which each service has, with small differences. Unknown ids are
 * ignored.
 */
export function tagActions(
  find: (world: World, id: string) => Tagged | undefined,
  options: { nested?: boolean } = {},
): Record<string, Action> {
  const ids = ({ fields }: ActionRequest) =>
    fields.has("ResourceId") ? fields.strings("ResourceId") : fields.strings("ResourceIds");
  const each = (request: ActionRequest) => ids(request).map((id) => ({ id, resource: find(request.world, id) }));
  return {
    TagResources(request) {
      const sent = request.fields.has("Tag") ? request.fields.tags("Tag") : request.fields.tags("Tags");
      for (const { resource } of each(request)) for (const [key, value] of sent) resource?.tags.set(key, value);
    },
    UntagResources(request) {
      const keys = request.fields.has("TagKey") ? request.fields.strings("TagKey") : request.fields.strings("TagKeys");
      for (const { resource } of each(request)) {
        if (request.fields.boolean("All")) resource?.tags.clear();
        for (const key of keys) resource?.tags.delete(key);
      }
    },
    ListTagResources(request) {
      const type = request.fields.string("ResourceType") ?? "";
      const all = each(request).flatMap(({ id, resource }) =>
        tagsResponse(resource?.tags ?? new Map(), "TagKeyTagValue").map((tag) => ({
          ResourceId: id,
          ResourceType: type,
          ...tag,
        })),
      );
      return { TagResources: options.nested === false ? all : { TagResource: all }, NextToken: "" };
    },
  };
}

/** Whether a resource has all of the given tags. */
export function hasTags({ tags }: Tagged, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([key, value]) => tags.get(key) === value);
}

import type { Action, ActionRequest } from "../protocol/service";
import type { World } from "../world";

/** Anything that carries tags. */
interface Tagged {
  tags: Map<string, string>;
}

/** How one service writes a tag in its answers. */
export type TagFormat = "KeyValue" | "TagKeyTagValue";

/** Tags as they stand in an answer. */
export function tagsResponse(
  tags: ReadonlyMap<string, string>,
  form: TagFormat = "KeyValue",
): Record<string, string>[] {
  return [...tags].map(([key, value]): Record<string, string> =>
    form === "KeyValue" ? { Key: key, Value: value } : { TagKey: key, TagValue: value },
  );
}

/** TagResources, UntagResources and ListTagResources, which every service has in its own copy and nearly the same form. */
export function tagActions(
  find: (world: World, id: string) => Tagged | undefined,
  options: { nested?: boolean; missing?: string } = {},
): Record<string, Action> {
  const ids = ({ fields }: ActionRequest) =>
    fields.has("ResourceId") ? fields.strings("ResourceId") : fields.strings("ResourceIds");
  const each = (request: ActionRequest) => ids(request).map((id) => ({ id, thing: find(request.world, id) }));
  return {
    TagResources(request) {
      const sent = request.fields.has("Tag") ? request.fields.tags("Tag") : request.fields.tags("Tags");
      for (const { thing } of each(request)) for (const [key, value] of sent) thing?.tags.set(key, value);
    },
    UntagResources(request) {
      const keys = request.fields.has("TagKey") ? request.fields.strings("TagKey") : request.fields.strings("TagKeys");
      for (const { thing } of each(request)) {
        if (request.fields.boolean("All")) thing?.tags.clear();
        for (const key of keys) thing?.tags.delete(key);
      }
    },
    ListTagResources(request) {
      const type = request.fields.string("ResourceType") ?? "";
      const all = each(request).flatMap(({ id, thing }) =>
        tagsResponse(thing?.tags ?? new Map(), "TagKeyTagValue").map((tag) => ({
          ResourceId: id,
          ResourceType: type,
          ...tag,
        })),
      );
      return { TagResources: options.nested === false ? all : { TagResource: all }, NextToken: "" };
    },
  };
}

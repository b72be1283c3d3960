import { Refusal } from "../../refusal";
import type { World } from "../../world";
import type { Document } from "./records";
import { requireProject, type Route } from "./route";

interface Tag {
  key?: string;
  value?: string;
}

/** The tags of projects, and of logstores, whose id is `project#logstore`. */
export const tagRoutes: Route[] = [
  {
    method: "POST",
    path: /^\/tag$/,
    action: "TagResources",
    model: "TagResourcesRequest",
    perform: ({ world, body }) => {
      for (const tags of tagsOfEach(world, body))
        for (const { key = "", value = "" } of body["tags"] as Tag[]) {
          tags.set(key, value);
          if (tags.size > 20) throw new Refusal("ParameterInvalid", "The number of tags is above 20.");
        }
    },
  },
  {
    method: "POST",
    path: /^\/untag$/,
    action: "UntagResources",
    model: "UntagResourcesRequest",
    perform: ({ world, body }) => {
      for (const tags of tagsOfEach(world, body)) {
        for (const key of (body["tags"] as string[] | undefined) ?? []) tags.delete(key);
        if (body["all"] === true) tags.clear();
      }
    },
  },
  {
    method: "GET",
    path: /^\/tags$/,
    action: "ListTagResources",
    perform: ({ world, query }) => tagsResponse(world, query),
  },
];

function tagsOfEach(world: World, body: Document): Map<string, string>[] {
  return (body["resourceId"] as string[]).map((id) => {
    const [name = "", store] = id.split("#");
    const project = requireProject(world, name);
    if (store === undefined) return project.tags;
    project.stores.require(store, () => new Refusal("LogStoreNotExist", `logstore ${store} does not exist`, 404));
    const tags = project.storeTags.get(store) ?? new Map<string, string>();
    project.storeTags.set(store, tags);
    return tags;
  });
}

/** The tags of the resources with the given ids, or with all of the given tags. */
function tagsResponse(world: World, query: URLSearchParams) {
  const resourceType = query.get("resourceType") ?? "project";
  const ids = JSON.parse(query.get("resourceId") ?? "[]") as string[];
  const wanted = JSON.parse(query.get("tags") ?? "[]") as Tag[];
  const projects = world.projects.all();
  const all = new Map(
    resourceType.toLowerCase() === "project"
      ? projects.map(({ name, tags }) => [name, tags] as const)
      : projects.flatMap(({ name, storeTags }) =>
          [...storeTags].map(([store, tags]) => [`${name}#${store}`, tags] as const),
        ),
  );
  const found = [...all].filter(
    ([id, tags]) =>
      (ids.length === 0 || ids.includes(id)) &&
      wanted.every(({ key = "", value }) => tags.has(key) && tags.get(key) === (value ?? tags.get(key))),
  );
  return {
    nextToken: "",
    tagResources: found.flatMap(([resourceId, tags]) =>
      [...tags].map(([tagKey, tagValue]) => ({ resourceType, resourceId, tagKey, tagValue })),
    ),
  };
}

import {
  dayTagOf,
  dayTagsAmong,
  type Images,
  type ImageStore,
  isBaked,
  lastDayAmong,
  type Located,
  type StoredImage,
} from "../image-marks.remote";
import { Api, isForbidden, isMissing, withRetries } from "./api.remote";
import type { Endpoints } from "./image-session.remote";
import { machineImages } from "./machine-image-store.remote";
import { enterpriseHost } from "../registry-hosts";

/** What names an image on Alibaba Cloud. */
export interface ImageReference extends Endpoints {
  /** The URL of the registry's API. */
  readonly registries: string;
  /** The service, whose name is its machine images' family. */
  readonly service: string;
  /** A reference by digest, or a machine image's id. */
  readonly image: string;
}

interface Page {
  readonly TotalCount?: number | string;
}

interface Tag {
  readonly Tag?: string;
  readonly Digest?: string;
}

const perPage = 100;

/** What follows the registry's host in a reference by digest. A tag beside the digest has no effect. */
const inRegistry = /^[^/]+\/(?<namespace>[^/@]+)\/(?<name>[^/@:]+)(:[^/@]+)?@sha256:(?<digest>[0-9a-f]{64})$/;

/**
 * Finds where an image is stored: in an instance of Container Registry Enterprise Edition in this region, or among the
 * region's machine images; undefined anywhere else.
 */
async function locate({ image, ...where }: ImageReference): Promise<Located | undefined> {
  if (/^m-[0-9a-z]+$/.test(image)) return { store: machineImages(where, where.service), id: image };
  const { instance, region } = enterpriseHost.exec(image)?.groups ?? {};
  const { namespace, name, digest } = inRegistry.exec(image)?.groups ?? {};
  if (instance === undefined || region !== where.region || namespace === undefined || name === undefined)
    return undefined;
  const api = new Api("cr", where.registries, { RegionId: region });
  const repository = await repositoryOf(api, instance, namespace, name);
  return repository && { store: repositoryStore(api, repository), id: digest ?? "" };
}

/** The images on Alibaba Cloud. */
export const images: Images<ImageReference> = { locate, isForbidden };

/** A repository, as the API names it. */
interface Repository {
  readonly InstanceId: string;
  readonly RepoId: string;
  readonly NamespaceName: string;
  readonly RepoName: string;
}

async function repositoryOf(
  api: Api,
  instance: string,
  NamespaceName: string,
  RepoName: string,
): Promise<Repository | undefined> {
  type Instances = Page & { readonly Instances?: readonly { InstanceId?: string; InstanceName?: string }[] };
  const instances = await allPages(
    (page) => api.request<Instances>("ListInstance", page),
    (page) => page.Instances,
  );
  const InstanceId = instances.find(({ InstanceName }) => InstanceName === instance)?.InstanceId;
  if (InstanceId === undefined) return undefined;
  try {
    const { RepoId } = await withoutRetryOfRefusals(() =>
      api.request<{ readonly RepoId?: string }>("GetRepository", {
        InstanceId,
        RepoNamespaceName: NamespaceName,
        RepoName,
      }),
    );
    return RepoId === undefined ? undefined : { InstanceId, RepoId, NamespaceName, RepoName };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function repositoryStore(api: Api, { InstanceId, RepoId, NamespaceName, RepoName }: Repository): ImageStore {
  const list = async (): Promise<StoredImage[]> => {
    const tags = await allPages(
      (page) =>
        api.request<Page & { readonly Images?: readonly Tag[] }>("ListRepoTag", { InstanceId, RepoId, ...page }),
      (page) => page.Images,
    );
    const byDigest = new Map<string, string[]>();
    for (const { Tag: tag = "", Digest = "" } of tags) {
      const digest = Digest.replace(/^sha256:/, "");
      byDigest.set(digest, [...(byDigest.get(digest) ?? []), tag]);
    }
    return [...byDigest].map(([id, names]) => ({ id, tags: names, lastNamed: lastDayAmong(names) }));
  };

  const add = async ({ id, tags }: StoredImage, ToTag: string): Promise<void> => {
    if (tags.includes(ToTag)) return;
    // An image is found by its tags only, so it has one.
    const FromTag = tags.find((tag) => isBaked([tag])) ?? tags[0];
    await withoutRetryOfRefusals(async () => {
      try {
        await api.request("CreateRepoTag", { InstanceId, NamespaceName, RepoName, FromTag, ToTag });
      } catch (error) {
        // The reply to the attempt before was lost.
        if (!(await list()).some((image) => image.id === id && image.tags.includes(ToTag))) throw error;
      }
    });
  };

  const removeTags = async (tags: readonly string[]): Promise<void> => {
    for (const tag of tags) {
      try {
        await withoutRetryOfRefusals(() => api.request("DeleteRepoTag", { InstanceId, RepoId, Tag: tag }));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  };

  const store: ImageStore = {
    find: async (id) => (await list()).find((image) => image.id === id),
    list: async () => (await list()).filter(({ tags }) => isBaked(tags)),
    async mark(image, tag) {
      const holder = (await list()).find(({ tags }) => tags.includes(tag));
      if (holder?.id === image.id) return;
      // The release's image was baked again and is another one now. Tags may be immutable, so the tag is removed first.
      if (holder !== undefined) await removeTags([tag]);
      await add(image, tag);
    },
    unmark: (_image, tag) => removeTags([tag]),
    async setLastNamed(image, day) {
      const current = dayTagOf(image.id, day);
      await add(image, current);
      await removeTags(dayTagsAmong(image.tags).filter((tag) => tag !== current));
    },
    // By its tags, of which the last one takes the image with it: if another stack has added one meanwhile, it stays.
    delete: ({ tags }) => removeTags(tags),
  };
  return store;
}

/** All items of a list that is read page by page. */
async function allPages<Reply extends Page, Item>(
  request: (page: { PageNo: number; PageSize: number }) => Promise<Reply>,
  itemsOf: (page: Reply) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let number = 1; ; number += 1) {
    const page = await withoutRetryOfRefusals(() => request({ PageNo: number, PageSize: perPage }));
    const found = itemsOf(page) ?? [];
    items.push(...found);
    if (found.length === 0 || items.length >= Number(page.TotalCount ?? 0)) return items;
  }
}

/** Repeats a request whose reply was lost or that the cloud could not answer, and no other. */
async function withoutRetryOfRefusals<Reply>(request: () => Promise<Reply>): Promise<Reply> {
  const result = await withRetries(async () => {
    try {
      const reply = await request();
      return () => reply;
    } catch (error) {
      if (!isMissing(error)) throw error;
      return (): Reply => {
        throw error;
      };
    }
  });
  return result();
}

import { type ImageStore, type StoredImage, today } from "../image-marks.remote";
import type { Parameters } from "./api.remote";
import { type Endpoints, ImageSession, type MachineImage, tagOf, tagParameter } from "./image-session.remote";

/** A page of any of the lists that are read here. */
interface Page {
  readonly TotalCount?: number;
  readonly LaunchTemplateSets?: { readonly LaunchTemplateSet?: readonly { readonly LaunchTemplateId: string }[] };
  readonly LaunchTemplateVersionSets?: { readonly LaunchTemplateVersionSet?: readonly TemplateVersion[] };
  readonly ScalingConfigurations?: { readonly ScalingConfiguration?: readonly { readonly ImageId?: string }[] };
}

interface TemplateVersion {
  readonly LaunchTemplateData?: { readonly ImageId?: string };
}

/** The tag with the day on which a release named the image for the last time. */
const lastNamed = "last-named";

const minutes = 15;

/** The account's machine images in a region; those that a list has are the service's. */
export function machineImages(endpoints: Endpoints, service: string): ImageStore {
  const session = new ImageSession(endpoints, minutes);
  const set = async (id: string, tags: Readonly<Record<string, string>>): Promise<void> => {
    await session.request("TagResources", { ResourceType: "image", ResourceId: [id], Tag: tagParameter(tags) });
  };
  return {
    async find(id) {
      const [found] = await session.images({ ImageId: id });
      if (found === undefined) return undefined;
      const image = stored(found);
      const isUsed = found.Usage === "instance" || (image.lastNamed !== undefined && (await isLaunched(session, id)));
      return image.lastNamed !== undefined && isUsed ? { ...image, lastNamed: today() } : image;
    },
    list: async () =>
      (await session.images({ ImageFamily: service, Tag: tagParameter({ service, tested: "yes" }) })).map(stored),
    mark: ({ id }, tag) => set(id, { [tag]: today() }),
    async unmark({ id }, tag) {
      await session.request("UntagResources", { ResourceType: "image", ResourceId: [id], TagKey: [tag] });
    },
    setLastNamed: ({ id }, day) => set(id, { [lastNamed]: day }),
    delete: ({ id }) => session.deleteImage(id),
  };
}

function stored(image: MachineImage): StoredImage {
  const tags = image.Tags?.Tag?.map(({ TagKey }) => TagKey) ?? [];
  return { id: image.ImageId, tags, lastNamed: tagOf(image, lastNamed) };
}

/**
 * Whether a launch template or a scaling configuration names an image, as one may that no stack made. ECS refuses to
 * delete an image that an instance uses, but deletes these without a warning.
 */
async function isLaunched(session: ImageSession, id: string): Promise<boolean> {
  const templates = await all(
    session,
    "ecs",
    "DescribeLaunchTemplates",
    {},
    (page) => page.LaunchTemplateSets?.LaunchTemplateSet,
  );
  for (const { LaunchTemplateId } of templates) {
    const versions = await all(
      session,
      "ecs",
      "DescribeLaunchTemplateVersions",
      { LaunchTemplateId },
      (page) => page.LaunchTemplateVersionSets?.LaunchTemplateVersionSet,
    );
    if (versions.some(({ LaunchTemplateData }) => LaunchTemplateData?.ImageId === id)) return true;
  }
  const configurations = await all(
    session,
    "ess",
    "DescribeScalingConfigurations",
    {},
    (page) => page.ScalingConfigurations?.ScalingConfiguration,
  );
  return configurations.some(({ ImageId }) => ImageId === id);
}

/** All items of a list that is read page by page. */
async function all<Item>(
  session: ImageSession,
  service: "ecs" | "ess",
  action: string,
  filter: Parameters,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let number = 1; ; number += 1) {
    const page = await session.request<Page>(action, { PageSize: 50, PageNumber: number, ...filter }, service);
    const found = itemsOf(page) ?? [];
    items.push(...found);
    if (found.length === 0 || items.length >= (page.TotalCount ?? 0)) return items;
  }
}

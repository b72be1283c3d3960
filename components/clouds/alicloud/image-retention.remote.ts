import type { Created, Updated } from "../../remote";
import type { Parameters } from "./api.remote";
import { type Endpoints, ImageSession, tagParameter } from "./image-session.remote";

/** The inputs of the retention rule. */
export interface Inputs extends Endpoints {
  /** The service whose images they are. */
  readonly service: string;
  /** The image in use from now on. It counts, and is never deleted. */
  readonly image: string;
  /** How many images to keep, the newest. */
  readonly keep: number;
}

/** The outputs of the retention rule. */
export interface Outputs extends Inputs {
  /** What it deleted, or why it failed. */
  readonly result: string;
}

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

const minutes = 15;

/** Applies the rule. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  return { id: inputs.service, outs: { ...inputs, result: await apply(inputs) } };
}

/** Applies the rule again, with another image or number. */
export async function update(_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  return { outs: { ...inputs, result: await apply(inputs) } };
}

async function apply(inputs: Inputs): Promise<string> {
  try {
    const deleted = await deleteSurplus(new ImageSession(inputs, minutes), inputs);
    return deleted.length === 0 ? "nothing to delete" : `deleted ${deleted.join(", ")}`;
  } catch (error) {
    // One image too many is no reason to stop a release. The next one tries again.
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function deleteSurplus(session: ImageSession, { image, keep, service }: Inputs): Promise<string[]> {
  const tested = await session.images({ ImageFamily: service, Tag: tagParameter({ service, tested: "yes" }) });
  const others = tested.filter(({ ImageId }) => ImageId !== image);
  const surplus = others.slice(keep - 1).filter(({ Usage }) => Usage !== "instance");
  if (surplus.length === 0) return [];
  const used = await imagesToLaunch(session);
  const deleted = surplus.map(({ ImageId }) => ImageId).filter((id) => !used.has(id));
  for (const id of deleted) await session.deleteImage(id);
  return deleted;
}

/**
 * The images in launch templates and scaling configurations. ECS refuses to delete an image that an instance uses, but
 * deletes these without a warning.
 */
async function imagesToLaunch(session: ImageSession): Promise<Set<string | undefined>> {
  const templates = await all(
    session,
    "ecs",
    "DescribeLaunchTemplates",
    {},
    (page) => page.LaunchTemplateSets?.LaunchTemplateSet,
  );
  const used = new Set<string | undefined>();
  for (const { LaunchTemplateId } of templates) {
    const versions = await all(
      session,
      "ecs",
      "DescribeLaunchTemplateVersions",
      { LaunchTemplateId },
      (page) => page.LaunchTemplateVersionSets?.LaunchTemplateVersionSet,
    );
    for (const { LaunchTemplateData } of versions) used.add(LaunchTemplateData?.ImageId);
  }
  const configurations = await all(
    session,
    "ess",
    "DescribeScalingConfigurations",
    {},
    (page) => page.ScalingConfigurations?.ScalingConfiguration,
  );
  for (const { ImageId } of configurations) used.add(ImageId);
  return used;
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

import * as pulumi from "@pulumi/pulumi";
import { calls, type Places, type Work } from "./image-calls";

/** What is kept. */
export interface RetentionArgs extends Places {
  /** The service whose images they are. */
  readonly service: string;
  /** The image in use from now on, which counts and is never deleted. */
  readonly image: pulumi.Input<string>;
  /** How many images to keep, the newest. */
  readonly keep: number;
}

type Asked = { readonly [K in keyof RetentionArgs]: pulumi.Unwrap<RetentionArgs[K]> };
type Applied = Asked & { readonly told: string };

/** A page of any of the lists that are read here. */
interface Page {
  readonly TotalCount?: number;
  readonly LaunchTemplateSets?: { readonly LaunchTemplateSet?: readonly { readonly LaunchTemplateId: string }[] };
  readonly LaunchTemplateVersionSets?: {
    readonly LaunchTemplateVersionSet?: readonly { readonly LaunchTemplateData?: { readonly ImageId?: string } }[];
  };
  readonly ScalingConfigurations?: { readonly ScalingConfiguration?: readonly { readonly ImageId?: string }[] };
}

/* Methods for the same reason as in image-calls.ts. */
const parts = {
  /** What each page of a list has, one after another. */
  async pages<Item>(
    work: Work,
    action: string,
    fields: Record<string, unknown>,
    read: (page: Page) => readonly Item[] | undefined,
    client: "ecs" | "scaling" = "ecs",
  ): Promise<Item[]> {
    const items: Item[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await calls.ask<Page>(work, action, { PageSize: 50, PageNumber: page, ...fields }, client);
      const more = read(answer) ?? [];
      items.push(...more);
      if (more.length === 0 || items.length >= (answer.TotalCount ?? 0)) return items;
    }
  },

  /** What launch templates and scaling configurations would start: the cloud deletes such an image without a word. Only that of an instance it refuses. */
  async named(work: Work): Promise<Set<string | undefined>> {
    const templates = await parts.pages(
      work,
      "DescribeLaunchTemplates",
      {},
      (page) => page.LaunchTemplateSets?.LaunchTemplateSet,
    );
    const used = new Set<string | undefined>();
    for (const { LaunchTemplateId } of templates) {
      const versions = await parts.pages(
        work,
        "DescribeLaunchTemplateVersions",
        { LaunchTemplateId },
        (page) => page.LaunchTemplateVersionSets?.LaunchTemplateVersionSet,
      );
      for (const { LaunchTemplateData } of versions) used.add(LaunchTemplateData?.ImageId);
    }
    const configurations = await parts.pages(
      work,
      "DescribeScalingConfigurations",
      {},
      (page) => page.ScalingConfigurations?.ScalingConfiguration,
      "scaling",
    );
    for (const { ImageId } of configurations) used.add(ImageId);
    return used;
  },

  async apply(asked: Asked): Promise<Applied> {
    const work = calls.open(asked, 15);
    try {
      const tested = await calls.images(work, {
        ImageFamily: asked.service,
        Tag: calls.tags({ service: asked.service, tested: "yes" }),
      });
      const surplus = tested
        .filter(({ ImageId }) => ImageId !== asked.image)
        .slice(asked.keep - 1)
        .filter(({ Usage }) => Usage !== "instance");
      const used = surplus.length === 0 ? new Set<string>() : await parts.named(work);
      const gone = surplus.map(({ ImageId }) => ImageId).filter((id) => !used.has(id));
      for (const id of gone) await calls.discard(work, id);
      return { ...asked, told: gone.length === 0 ? "nothing to delete" : `deleted ${gone.join(", ")}` };
    } catch (error) {
      // An old image too many is no reason to hold a release up; the next one tries again.
      return { ...asked, told: `failed: ${error instanceof Error ? error.message : String(error)}` };
    }
  },
};

const provider: pulumi.dynamic.ResourceProvider<Asked, Applied> = {
  async create(asked) {
    return { id: asked.service, outs: await parts.apply(asked) };
  },
  async update(_id, _before, now) {
    return { outs: await parts.apply(now) };
  },
  diff: (_id, before, now) => Promise.resolve({ changes: before.image !== now.image || before.keep !== now.keep }),
};

/** The retention rule: with each new image, deletes all but the newest of the service's, but none that something would still start. */
export class Retention extends pulumi.dynamic.Resource {
  /** What it has done, or why it could not. */
  declare readonly told: pulumi.Output<string>;

  constructor(name: string, args: RetentionArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, told: undefined }, opts, "immutable-service", "Retention");
  }
}

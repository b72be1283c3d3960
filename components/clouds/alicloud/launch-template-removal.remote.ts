import type { Created } from "../../remote";
import { ownerTag } from "../tag-keys";
import { Api, codeOf, untilFree } from "./api.remote";

/** The inputs of a launch template's removal. */
export interface Inputs {
  readonly region: string;
  /** The URL of ECS's API. */
  readonly endpoint: string;
  /** The launch template's name, which is unique in the account and region. */
  readonly template: string;
  /** The stack's mark: a template of the same name without it is another's. */
  readonly owner: string;
}

interface Templates {
  readonly LaunchTemplateSets?: {
    readonly LaunchTemplateSet?: readonly {
      readonly LaunchTemplateId: string;
      readonly LaunchTemplateName?: string;
      readonly Tags?: { readonly Tag?: readonly { readonly TagKey?: string; readonly TagValue?: string }[] };
    }[];
  };
}

/**
 * Records which template to delete. It is recorded before there is one, so an interrupted update leaves none behind.
 */
export function create(inputs: Inputs): Promise<Created<Inputs>> {
  return Promise.resolve({ id: inputs.template, outs: inputs });
}

/** Deletes the template, unless it is gone. */
async function remove(
  _id: string,
  { region = "", endpoint = "", template = "", owner }: Partial<Inputs>,
): Promise<void> {
  const api = new Api("ecs", endpoint, { RegionId: region });
  await untilFree(async () => {
    const { LaunchTemplateSets } = await api.request<Templates>("DescribeLaunchTemplates", {
      LaunchTemplateName: [template],
    });
    for (const { LaunchTemplateId, LaunchTemplateName, Tags } of LaunchTemplateSets?.LaunchTemplateSet ?? []) {
      const isOwn = Tags?.Tag?.some(({ TagKey, TagValue }) => TagKey === ownerTag && TagValue === owner) ?? false;
      if (LaunchTemplateName === template && isOwn) await deleteTemplate(api, LaunchTemplateId);
    }
  });
}
export { remove as delete };

async function deleteTemplate(api: Api, LaunchTemplateId: string): Promise<void> {
  try {
    await api.request("DeleteLaunchTemplate", { LaunchTemplateId });
  } catch (error) {
    // It was deleted since it was listed.
    if (!/^InvalidLaunchTemplate\w*\.NotFound$/.test(codeOf(error))) throw error;
  }
}

/**
 * Launch templates: the emulator forgets whether an interface is deleted with its instance, and misspells its security groups and the
 * error of a template that does not exist: https://github.com/aws/karpenter-provider-aws/issues/5535
 */
import { DescribeTagsCommand } from "@aws-sdk/client-ec2";
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { type Correction, element, field, type EmulatorAnswer } from "./correction";

const deleteOnTermination = "LaunchTemplateData.NetworkInterface.1.DeleteOnTermination";

/**
 * Stores it by the template's id; this project's templates have one interface, with the same setting in all versions.
 */
export class Templates implements Correction {
  private readonly known = new Map<string, string>();

  match(call: AwsCall): boolean {
    return (
      call.service === "ec2" &&
      /^(CreateLaunchTemplate|CreateLaunchTemplateVersion|DescribeLaunchTemplates|DescribeLaunchTemplateVersions|DeleteLaunchTemplate)$/.test(
        call.action,
      )
    );
  }

  async change(answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (call.action === "DescribeLaunchTemplates") return tagged(answer, cloud);
    const id = /<launchTemplateId>([^<]*)/.exec(answer.body)?.[1] ?? "";
    const value = field(call, deleteOnTermination);
    if (value !== undefined) this.known.set(id, value);
    const setting = element("deleteOnTermination", this.known.get(id));
    const body = answer.body
      .replace("InvalidLaunchTemplateId.NotFoundException", "InvalidLaunchTemplateId.NotFound")
      .replaceAll("<networkInterfaceSet><item>", `<networkInterfaceSet><item>${setting}`)
      // The model's name of a member of this list: LaunchTemplateInstanceNetworkInterfaceSpecification,
      // GroupIdStringList.
      .replace(/<groupSet>(.*?)<\/groupSet>/gs, (list) => list.replaceAll(/(<\/?)item>/g, "$1groupId>"));
    return { ...answer, body };
  }
}

/** The emulator answers with the tags that a template was created with. */
async function tagged(answer: EmulatorAnswer, { ec2 }: CloudReader): Promise<EmulatorAnswer> {
  const ids = [...answer.body.matchAll(/<launchTemplateId>([^<]*)/g)].map(([, id = ""]) => id);
  if (ids.length === 0) return answer;
  const { Tags = [] } = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: ids }] }));
  let template = 0;
  const body = answer.body.replaceAll(/<tagSet>.*?<\/tagSet>/gs, () => {
    const id = ids[template++];
    const items = Tags.filter(({ ResourceId }) => ResourceId === id).map(
      ({ Key, Value }) => `<item>${element("key", Key)}${element("value", Value ?? "")}</item>`,
    );
    return `<tagSet>${items.join("")}</tagSet>`;
  });
  return { ...answer, body };
}

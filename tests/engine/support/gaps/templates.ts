/**
 * Launch templates: the emulator forgets whether an interface is deleted with its instance, and misspells its security groups and the
 * error of a template that does not exist: https://github.com/aws/karpenter-provider-aws/issues/5535
 */
import type { AwsCall } from "../aws-call";
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
      /^(CreateLaunchTemplate|CreateLaunchTemplateVersion|DescribeLaunchTemplateVersions|DeleteLaunchTemplate)$/.test(
        call.action,
      )
    );
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
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

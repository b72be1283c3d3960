/** Launch templates: the emulator forgets whether an interface goes with its instance. */
import type { AwsCall } from "../aws-call";
import { type Correction, element, field, type Said } from "./correction";

const deleteOnTermination = "LaunchTemplateData.NetworkInterface.1.DeleteOnTermination";

/** Remembers it by the template's id; a template of this project has one interface, and its versions agree. */
export class Templates implements Correction {
  private readonly known = new Map<string, string>();

  match(call: AwsCall): boolean {
    return (
      call.service === "ec2" &&
      /^(CreateLaunchTemplate|CreateLaunchTemplateVersion|DescribeLaunchTemplateVersions)$/.test(call.action)
    );
  }

  change(said: Said, call: AwsCall): Said {
    const id = /<launchTemplateId>([^<]*)/.exec(said.body)?.[1] ?? "";
    const value = field(call, deleteOnTermination);
    if (value !== undefined) this.known.set(id, value);
    const gone = element("deleteOnTermination", this.known.get(id));
    return { ...said, body: said.body.replaceAll("<networkInterfaceSet><item>", `<networkInterfaceSet><item>${gone}`) };
  }
}

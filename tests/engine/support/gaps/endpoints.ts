/** VPC endpoints: the emulator forgets whether private DNS is enabled, and the security groups. */
import type { AwsCall } from "../aws-call";
import { type Correction, element, field, inside, numbered, type EmulatorAnswer } from "./correction";

/** Stores both by the endpoint's id. */
export class Endpoints implements Correction {
  private readonly known = new Map<string, { privateDns: string | undefined; groups: string[] }>();

  match(call: AwsCall): boolean {
    return call.service === "ec2" && /^(Create|Describe|Modify)VpcEndpoints?$/.test(call.action);
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    if (answer.status >= 300) return answer;
    const created = /<vpcEndpointId>([^<]*)/.exec(answer.body)?.[1];
    if (call.action === "CreateVpcEndpoint" && created !== undefined)
      this.known.set(created, {
        privateDns: field(call, "PrivateDnsEnabled"),
        groups: numbered(call, (index) => `SecurityGroupId.${index}`),
      });
    if (call.action === "ModifyVpcEndpoint") this.modify(call);
    const body = answer.body
      .replace(/<privateDnsEnabled>[^<]*<\/privateDnsEnabled>/g, "")
      .replace(/<vpcEndpointId>([^<]*)<\/vpcEndpointId>/g, (own, id: string) => {
        const { privateDns, groups = [] } = this.known.get(id) ?? {};
        const members = groups.map((group) => inside("item", element("groupId", group)));
        return own + element("privateDnsEnabled", privateDns) + inside("groupSet", ...members);
      });
    return { ...answer, body };
  }

  private modify(call: AwsCall): void {
    const known = this.known.get(field(call, "VpcEndpointId") ?? "");
    if (!known) return;
    const removed = numbered(call, (index) => `RemoveSecurityGroupId.${index}`);
    const added = numbered(call, (index) => `AddSecurityGroupId.${index}`);
    known.groups = [...known.groups.filter((group) => !removed.includes(group)), ...added];
    known.privateDns = field(call, "PrivateDnsEnabled") ?? known.privateDns;
  }
}

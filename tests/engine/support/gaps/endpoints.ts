/** VPC endpoints: the emulator forgets whether private DNS is enabled. */
import type { AwsCall } from "../aws-call";
import { type Correction, element, field, type EmulatorAnswer } from "./correction";

/** Stores it by the endpoint's id. */
export class Endpoints implements Correction {
  private readonly known = new Map<string, string>();

  match(call: AwsCall): boolean {
    return call.service === "ec2" && /^(Create|Describe)VpcEndpoints?$/.test(call.action);
  }

  change(answer: EmulatorAnswer, call: AwsCall): EmulatorAnswer {
    const requested = field(call, "PrivateDnsEnabled");
    const created = /<vpcEndpointId>([^<]*)/.exec(answer.body)?.[1];
    if (requested !== undefined && created !== undefined) this.known.set(created, requested);
    const body = answer.body
      .replace(/<privateDnsEnabled>[^<]*<\/privateDnsEnabled>/g, "")
      .replace(
        /<vpcEndpointId>([^<]*)<\/vpcEndpointId>/g,
        (own, id: string) => own + element("privateDnsEnabled", this.known.get(id)),
      );
    return { ...answer, body };
  }
}

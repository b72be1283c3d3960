/** VPC endpoints: the emulator forgets whether one answers under the service's own name. */
import type { AwsCall } from "../aws-call";
import { type Correction, element, field, type Said } from "./correction";

/** Remembers it by the endpoint's id. */
export class Endpoints implements Correction {
  private readonly known = new Map<string, string>();

  match(call: AwsCall): boolean {
    return call.service === "ec2" && /^(Create|Describe)VpcEndpoints?$/.test(call.action);
  }

  change(said: Said, call: AwsCall): Said {
    const requested = field(call, "PrivateDnsEnabled");
    const created = /<vpcEndpointId>([^<]*)/.exec(said.body)?.[1];
    if (requested !== undefined && created !== undefined) this.known.set(created, requested);
    const body = said.body
      .replace(/<privateDnsEnabled>[^<]*<\/privateDnsEnabled>/g, "")
      .replace(
        /<vpcEndpointId>([^<]*)<\/vpcEndpointId>/g,
        (own, id: string) => own + element("privateDnsEnabled", this.known.get(id)),
      );
    return { ...said, body };
  }
}

/** VPC endpoints: the emulator forgets whether private DNS is enabled and the security groups, and ignores filters. */
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
    return { ...answer, body: filtered(body, call) };
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

/** Removes the endpoints that do not match the request's filters by tag, network, service and state. */
function filtered(xml: string, call: AwsCall): string {
  const filters = numbered(call, (index) => `Filter.${index}.Name`).map((name, index) => ({
    name,
    values: numbered(call, (value) => `Filter.${index + 1}.Value.${value}`),
  }));
  const one = (item: string, name: string) => new RegExp(`<${name}>([^<]*)`).exec(item)?.[1] ?? "";
  const valueOf = (item: string, name: string): string => {
    if (name.startsWith("tag:")) {
      const tag = new RegExp(`<key>${name.slice(4)}</key>\\s*<value>([^<]*)`).exec(item);
      return tag?.[1] ?? "";
    }
    const element = { "vpc-id": "vpcId", "service-name": "serviceName", "vpc-endpoint-state": "state" }[name];
    if (element === undefined) throw new Error(`the double has no filter ${name} for endpoints`);
    return one(item, element);
  };
  return xml.replace(/<item>\s*<vpcEndpointId>.*?(?=<item>\s*<vpcEndpointId>|<\/vpcEndpointSet>)/gs, (item) =>
    filters.every(({ name, values }) => values.includes(valueOf(item, name))) ? item : "",
  );
}

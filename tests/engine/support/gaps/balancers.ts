/** Load balancers: the emulator puts each into one zone of one VPC, and forgets which target groups its rules use. */
import type { AwsCall } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { type Correction, eachMember, element, inside, type EmulatorAnswer } from "./correction";

/**
 * Derives the zones and the VPC of a load balancer from its subnets, and the load balancers of a target group from the
 * rules.
 */
export class Balancers implements Correction {
  match(call: AwsCall): boolean {
    return (
      call.service === "elasticloadbalancing" &&
      /^((Create|Describe)LoadBalancers?|SetSubnets|DescribeTargetGroups)$/.test(call.action)
    );
  }

  async change(answer: EmulatorAnswer, call: AwsCall, cloud: CloudReader): Promise<EmulatorAnswer> {
    if (answer.status >= 300) return answer;
    if (call.action === "DescribeTargetGroups") return this.targetGroups(answer, cloud);
    const ids = [...answer.body.matchAll(/<SubnetId>([^<]*)/g)].map(([, id = ""]) => id);
    const subnets = new Map((await cloud.subnets(ids)).map((subnet) => [subnet.SubnetId ?? "", subnet]));
    const zoned = answer.body.replace(/<ZoneName>[^<]*<\/ZoneName><SubnetId>([^<]*)/g, (own, id: string) =>
      subnets.has(id) ? `${element("ZoneName", subnets.get(id)?.AvailabilityZone)}<SubnetId>${id}` : own,
    );
    const body = eachMember(zoned, "LoadBalancerArn", (member) => {
      const vpc = subnets.get(/<SubnetId>([^<]*)/.exec(member)?.[1] ?? "")?.VpcId;
      return vpc === undefined ? member : member.replace(/<VpcId>[^<]*<\/VpcId>/, element("VpcId", vpc));
    });
    return { ...answer, body };
  }

  private async targetGroups(answer: EmulatorAnswer, cloud: CloudReader): Promise<EmulatorAnswer> {
    const inUse = await cloud.targetGroupsInUse();
    const body = eachMember(answer.body, "TargetGroupArn", (member, arn) =>
      member.replace(
        /<LoadBalancerArns\/>|<LoadBalancerArns>.*?<\/LoadBalancerArns>/s,
        inside("LoadBalancerArns", ...[...(inUse.get(arn) ?? [])].map((balancer) => element("member", balancer))),
      ),
    );
    return { ...answer, body };
  }
}

/** VPC endpoints: routes, private names and zones that another endpoint has. */
import { DescribeVpcEndpointsCommand, type VpcEndpoint } from "@aws-sdk/client-ec2";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field, numbered } from "../gaps/correction";
import { refusal, type Refusal } from "./refusal";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html; messages: see each. */
export function endpoints(): Refusal {
  return refusal("ec2", {
    CreateVpcEndpoint: async (call, cloud) => {
      const unknown = nameProblem(field(call, "ServiceName") ?? "");
      if (unknown !== undefined) return unknown;
      const { VpcEndpoints = [] } = await cloud.ec2.send(new DescribeVpcEndpointsCommand({}));
      const service = field(call, "ServiceName");
      const others = VpcEndpoints.filter(
        ({ VpcId, ServiceName }) => VpcId === field(call, "VpcId") && ServiceName === service,
      );
      return field(call, "VpcEndpointType") === "Interface"
        ? interfaceProblem(call, others, cloud)
        : routeProblem(valuesIn(call, "RouteTableId"), others);
    },
    ModifyVpcEndpoint: async (call, cloud) => {
      const { VpcEndpoints = [] } = await cloud.ec2.send(new DescribeVpcEndpointsCommand({}));
      const own = VpcEndpoints.find(({ VpcEndpointId }) => VpcEndpointId === field(call, "VpcEndpointId"));
      const others = VpcEndpoints.filter(
        (one) => one !== own && one.VpcId === own?.VpcId && one.ServiceName === own?.ServiceName,
      );
      const removed = valuesIn(call, "RemoveSubnetId");
      const kept = (own?.SubnetIds ?? []).filter((id) => !removed.includes(id));
      const added = valuesIn(call, "AddSubnetId").filter((id) => !kept.includes(id));
      return (
        routeProblem(valuesIn(call, "AddRouteTableId"), others) ??
        (added.length === 0 ? undefined : await subnetsProblem([...kept, ...added], own?.VpcId ?? "", cloud))
      );
    },
  });
}

/** Services whose names begin with `cn.` in China: the table of aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts. */
const chinese = ["ecr.api", "ecr.dkr", "elasticfilesystem"];

/** https://github.com/aws/aws-cdk/issues/9864: a name of another partition. */
function nameProblem(name: string): Refused | undefined {
  const [, prefix, region = "", service = ""] = /^(cn\.)?com\.amazonaws\.([a-z0-9-]+)\.(.+)$/.exec(name) ?? [];
  const isChinese = region.startsWith("cn-") && chinese.includes(service);
  return service !== "" && (prefix !== undefined) === isChinese
    ? undefined
    : { code: "InvalidServiceName", message: `The Vpc Endpoint Service '${name}' does not exist` };
}

function valuesIn(call: AwsCall, name: string): string[] {
  return numbered(call, (index) => `${name}.${index}`);
}

/** https://github.com/eksctl-io/eksctl/issues/2510: one gateway endpoint of a service per route table. */
function routeProblem(tables: string[], others: VpcEndpoint[]): Refused | undefined {
  const taken = tables.find((table) => others.some(({ RouteTableIds = [] }) => RouteTableIds.includes(table)));
  return taken === undefined
    ? undefined
    : {
        code: "RouteAlreadyExists",
        message: `route table ${taken} already has a route with destination-prefix-list-id pl-63a5400a`,
      };
}

/** https://github.com/hashicorp/terraform-provider-aws/issues/17535. */
async function interfaceProblem(
  call: AwsCall,
  others: VpcEndpoint[],
  cloud: CloudReader,
): Promise<Refused | undefined> {
  const vpc = field(call, "VpcId") ?? "";
  if (field(call, "PrivateDnsEnabled") === "true" && others.some(({ PrivateDnsEnabled }) => PrivateDnsEnabled)) {
    const [, area = "", service = ""] = /^com\.amazonaws\.([^.]+)\.(.+)$/.exec(field(call, "ServiceName") ?? "") ?? [];
    const domain = `${service.split(".").reverse().join(".")}.${area}.amazonaws.com`;
    return {
      code: "InvalidParameter",
      message: `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${domain} in the VPC ${vpc}`,
    };
  }
  return subnetsProblem(valuesIn(call, "SubnetId"), vpc, cloud);
}

/**
 * One subnet in each zone, when an endpoint is created and when it gets more of them:
 * https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/583 (of ModifyVpcEndpoint).
 */
async function subnetsProblem(ids: string[], vpc: string, cloud: CloudReader): Promise<Refused | undefined> {
  const subnets = await cloud.subnets(ids);
  const foreign = subnets.find(({ VpcId }) => VpcId !== vpc);
  if (foreign)
    return { code: "InvalidParameter", message: `Subnet ${foreign.SubnetId ?? ""} does not belong to VPC ${vpc}` };
  const zones = subnets.map(({ AvailabilityZone }) => AvailabilityZone);
  const twin = subnets.find((_, index) => zones.indexOf(zones[index]) !== index);
  return (
    twin && {
      code: "DuplicateSubnetsInSameZone",
      message: `Found another VPC endpoint subnet in the availability zone of ${twin.SubnetId ?? ""}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
    }
  );
}

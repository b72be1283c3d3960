/** Subnets: their ranges and zones. */
import { DescribeSubnetsCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { field } from "../gaps/correction";
import { rangeOf } from "./ranges";
import { refusal, type Refusal } from "./refusal";

/**
 * InvalidSubnet.Conflict and InvalidSubnet.Range:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; /16 to /28:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html.
 */
export function subnets(): Refusal {
  return refusal("ec2", {
    CreateSubnet: async (call, { ec2 }) => {
      const zoneId = field(call, "AvailabilityZoneId");
      if (zoneId !== undefined && !/^[a-z]+\d-az[1-6]$/.test(zoneId))
        return {
          code: "InvalidParameterValue",
          message: `Value (${zoneId}) for parameter availabilityZoneId is invalid.`,
        };
      const cidr = field(call, "CidrBlock") ?? "";
      const vpcId = field(call, "VpcId");
      const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
      const vpc = Vpcs.find(({ VpcId }) => VpcId === vpcId);
      if (!vpc) return { code: "InvalidVpcID.NotFound", message: `The vpc ID '${vpcId ?? ""}' does not exist` };
      const [range, whole] = [rangeOf(cidr), rangeOf(vpc.CidrBlock ?? "")];
      const inside = range && whole && range.first >= whole.first && range.last <= whole.last;
      if (!inside || range.bits < 16 || range.bits > 28)
        return { code: "InvalidSubnet.Range", message: `The CIDR '${cidr}' is invalid.` };
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
      const overlaps = Subnets.filter(({ VpcId }) => VpcId === vpcId).some(({ CidrBlock = "" }) => {
        const other = rangeOf(CidrBlock);
        return other && range.first <= other.last && other.first <= range.last;
      });
      return overlaps
        ? { code: "InvalidSubnet.Conflict", message: `The CIDR '${cidr}' conflicts with another subnet` }
        : undefined;
    },
  });
}

/** Security groups: rules that exist, groups of other networks, descriptions with other characters. */
import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup } from "@aws-sdk/client-ec2";
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import { field, numbered } from "../gaps/correction";
import { refusal, type Refusal } from "./refusal";

/** In each direction. */
const mostRules = 60;

/**
 * InvalidPermission.Duplicate:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html; the emulator carries
 * out the same call again.
 */
export function securityGroups(): Refusal {
  return refusal("ec2", {
    CreateSecurityGroup: (call) => Promise.resolve(descriptionProblem(field(call, "GroupDescription"), "group")),
    AuthorizeSecurityGroupIngress: (call, cloud) => ruleProblem(call, cloud, "IpPermissions"),
    AuthorizeSecurityGroupEgress: (call, cloud) => ruleProblem(call, cloud, "IpPermissionsEgress"),
  });
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html and API_IpRange.html have the characters;
 * https://github.com/hashicorp/terraform-provider-aws/issues/18874 has the message.
 */
function descriptionProblem(description: string | undefined, of: "group" | "rule"): Refused | undefined {
  return /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(description ?? "")
    ? undefined
    : {
        code: "InvalidParameterValue",
        message: `Invalid ${of === "group" ? "security group" : "rule"} description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*`,
      };
}

/** The descriptions of the rules in a call. */
function descriptionsIn(call: AwsCall): string[] {
  return [...Array(numbered(call, (index) => `IpPermissions.${index}.IpProtocol`).length).keys()].flatMap((index) =>
    ["IpRanges", "Ipv6Ranges", "Groups", "PrefixListIds"].flatMap((list) =>
      numbered(call, (rule) => `IpPermissions.${index + 1}.${list}.${rule}.Description`),
    ),
  );
}

async function ruleProblem(
  call: AwsCall,
  { ec2 }: CloudReader,
  direction: "IpPermissions" | "IpPermissionsEgress",
): Promise<Refused | undefined> {
  const described = descriptionsIn(call).map((description) => descriptionProblem(description, "rule"));
  const invalid = described.find((problem) => problem !== undefined);
  if (invalid) return invalid;
  const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const group = groups.find(({ GroupId }) => GroupId === field(call, "GroupId"));
  const existing = new Set((group?.[direction] ?? []).flatMap(peersOf));
  const requested = numbered(call, (index) => `IpPermissions.${index}.IpProtocol`).flatMap((_, index) =>
    peersOf(permissionIn(call, `IpPermissions.${index + 1}`)),
  );
  const duplicate = requested.find((rule, index) => existing.has(rule) || requested.indexOf(rule) !== index);
  if (duplicate !== undefined)
    return {
      code: "InvalidPermission.Duplicate",
      message: `the specified rule "${duplicate}, ALLOW" already exists`,
    };
  // https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
  if (existing.size + requested.length > mostRules)
    return {
      code: "RulesPerSecurityGroupLimitExceeded",
      message: "The maximum number of rules per security group has been reached.",
    };
  return group && foreignProblem(call, group, groups);
}

/** https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/1862 has the message. */
function foreignProblem(call: AwsCall, { VpcId }: SecurityGroup, groups: SecurityGroup[]): Refused | undefined {
  const named = numbered(call, (index) => `IpPermissions.1.Groups.${index}.GroupId`);
  return named.some((id) => groups.find(({ GroupId }) => GroupId === id)?.VpcId !== VpcId)
    ? {
        code: "InvalidGroup.NotFound",
        message: "You have specified two resources that belong to different networks.",
      }
    : undefined;
}

function permissionIn(call: AwsCall, base: string): IpPermission {
  const list = (name: string) => numbered(call, (index) => `${base}.${name.replace("#", String(index))}`);
  const port = (name: string) => Number(field(call, `${base}.${name}`) ?? -1);
  return {
    IpProtocol: field(call, `${base}.IpProtocol`),
    FromPort: port("FromPort"),
    ToPort: port("ToPort"),
    IpRanges: list("IpRanges.#.CidrIp").map((CidrIp) => ({ CidrIp })),
    Ipv6Ranges: list("Ipv6Ranges.#.CidrIpv6").map((CidrIpv6) => ({ CidrIpv6 })),
    UserIdGroupPairs: list("Groups.#.GroupId").map((GroupId) => ({ GroupId })),
    PrefixListIds: list("PrefixListIds.#.PrefixListId").map((PrefixListId) => ({ PrefixListId })),
  };
}

/** One text per source or destination, because AWS has one rule for each. Descriptions do not tell rules apart. */
function peersOf({ IpProtocol = "", FromPort = -1, ToPort = -1, ...rest }: IpPermission): string[] {
  const ports = IpProtocol === "-1" ? "" : `, from port: ${FromPort}, to port: ${ToPort}`;
  return [
    ...(rest.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(rest.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(rest.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ...(rest.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
  ].map((peer) => `peer: ${peer ?? ""}, ${IpProtocol.toUpperCase()}${ports}`);
}

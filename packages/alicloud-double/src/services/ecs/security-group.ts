import type { Fields } from "../../protocol/fields";
import type { Action, ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { Permission } from "../vpc/records";
import { asText } from "../../values";
import { accepts, page } from "../listing";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

const noSecurityGroup = (id: string) => notFound("InvalidSecurityGroupId.NotFound", id);
const ingressPeerFields = [
  "SourceCidrIp",
  "SourceGroupId",
  "SourceGroupOwnerId",
  "SourceGroupOwnerAccount",
  "SourcePrefixListId",
  "Ipv6SourceCidrIp",
];
const egressPeerFields = [
  "DestCidrIp",
  "DestGroupId",
  "DestGroupOwnerId",
  "DestGroupOwnerAccount",
  "DestPrefixListId",
  "Ipv6DestCidrIp",
];

/** Security groups and their rules. */
export const securityGroups: ActionGroup = {
  service: "ecs",
  actions: {
    CreateSecurityGroup({ fields, world }) {
      const vpcId = fields.string("VpcId") ?? "";
      if (vpcId) world.network.vpcs.require(vpcId, "InvalidVpcId.NotFound");
      const id = world.newId("sg", "-", 17);
      world.network.securityGroups.put(id, {
        id,
        vpcId,
        name: fields.string("SecurityGroupName") ?? "",
        description: fields.string("Description") ?? "",
        type: fields.string("SecurityGroupType") ?? "normal",
        innerAccess: "Accept",
        resourceGroupId: fields.string("ResourceGroupId") ?? "",
        created: world.timestamp(),
        rules: [],
        tags: sentTags(fields),
      });
      return { SecurityGroupId: id };
    },
    DescribeSecurityGroups({ fields, world }) {
      const ids = fields.strings("SecurityGroupIds");
      const found = world.network.securityGroups.where(
        (group) =>
          group.id === (fields.string("SecurityGroupId") ?? group.id) &&
          accepts(ids, group.id) &&
          acceptsTags(world, fields, group),
      );
      return {
        SecurityGroups: {
          SecurityGroup: found.map((group) => ({
            SecurityGroupId: group.id,
            SecurityGroupName: group.name,
            SecurityGroupType: group.type,
            VpcId: group.vpcId,
            Description: group.description,
            CreationTime: group.created,
            ResourceGroupId: group.resourceGroupId,
            ServiceManaged: false,
            Tags: { Tag: tagsResponse(group.tags, "TagKeyTagValue") },
          })),
        },
        ...page(found.length),
        RegionId: world.region,
        NextToken: "",
      };
    },
    DescribeSecurityGroupAttribute({ fields, world }) {
      const group = world.network.securityGroups.require(fields.string("SecurityGroupId"), noSecurityGroup);
      const direction = fields.string("Direction");
      const rules = group.rules.filter((rule) => !direction || direction === "all" || rule.Direction === direction);
      return {
        SecurityGroupId: group.id,
        SecurityGroupName: group.name,
        VpcId: group.vpcId,
        Description: group.description,
        InnerAccessPolicy: group.innerAccess,
        RegionId: world.region,
        Permissions: { Permission: rules },
        NextToken: "",
      };
    },
    ModifySecurityGroupAttribute({ fields, world }) {
      const group = world.network.securityGroups.require(fields.string("SecurityGroupId"), noSecurityGroup);
      group.name = fields.string("SecurityGroupName") ?? group.name;
      group.description = fields.string("Description") ?? group.description;
    },
    ModifySecurityGroupPolicy({ fields, world }) {
      const group = world.network.securityGroups.require(fields.string("SecurityGroupId"), noSecurityGroup);
      if (group.type === "enterprise")
        throw new Refusal(
          "InvalidOperation.SecurityGroupType",
          "The security group's type does not support the operation.",
          403,
        );
      group.innerAccess = fields.string("InnerAccessPolicy") ?? group.innerAccess;
    },
    AuthorizeSecurityGroup: authorize("ingress"),
    AuthorizeSecurityGroupEgress: authorize("egress"),
    RevokeSecurityGroup: revoke("ingress"),
    RevokeSecurityGroupEgress: revoke("egress"),
    DeleteSecurityGroup({ fields, world }) {
      const group = world.network.securityGroups.require(fields.string("SecurityGroupId"), noSecurityGroup);
      const named = world.network.securityGroups.find(
        (other) =>
          other.id !== group.id &&
          other.rules.some((rule) => rule["SourceGroupId"] === group.id || rule["DestGroupId"] === group.id),
      );
      if (named) throw inUse("DependencyViolation", `The security group is named by a rule of ${named.id}.`);
      const instance =
        world.scaling.instances.find((one) => one.securityGroupIds.includes(group.id)) ??
        world.machines.tables.machines.find((one) => one.securityGroupId === group.id);
      if (instance) throw inUse("DependencyViolation", `The security group still has an instance: ${instance.id}.`);
      const balancer = world.balancing.loadBalancers.find((one) => one.securityGroupIds.includes(group.id));
      if (balancer) throw inUse("DependencyViolation", `The security group is used by load balancer ${balancer.id}.`);
      world.network.securityGroups.remove(group.id);
    },
  },
};

function authorize(direction: Permission["Direction"]): Action {
  return ({ fields, world }) => {
    const group = world.network.securityGroups.require(fields.string("SecurityGroupId"), noSecurityGroup);
    for (const rule of parseRules(fields, direction)) {
      for (const side of ["SourceGroupId", "DestGroupId"])
        if (rule[side]) world.network.securityGroups.require(asText(rule[side]), "InvalidSourceGroupId.NotFound");
      // The cloud accepts a rule that exists already, and keeps one.
      if (!group.rules.some((other) => isSameRule(other, rule)))
        group.rules.push({ ...rule, SecurityGroupRuleId: world.newId("sgr"), CreateTime: world.timestamp() });
    }
  };
}

function revoke(direction: Permission["Direction"]): Action {
  return ({ fields, world }) => {
    const group = world.network.securityGroups.require(fields.string("SecurityGroupId"), noSecurityGroup);
    const ids = fields.strings("SecurityGroupRuleId");
    const gone = parseRules(fields, direction);
    group.rules = group.rules.filter(
      (rule) => !ids.includes(String(rule["SecurityGroupRuleId"])) && !gone.some((other) => isSameRule(rule, other)),
    );
  };
}

/** The rules of a request: `Permissions.N.*`, or the request's own fields from older clients. */
function parseRules(fields: Fields, direction: Permission["Direction"]): Permission[] {
  const sent = fields.has("Permissions") ? fields.list("Permissions") : fields.has("IpProtocol") ? [fields] : [];
  return sent.map((rule) => ({
    Description: "",
    NicType: "intranet",
    SourceCidrIp: "",
    SourceGroupId: "",
    SourcePrefixListId: "",
    Ipv6SourceCidrIp: "",
    DestCidrIp: "",
    DestGroupId: "",
    DestPrefixListId: "",
    Ipv6DestCidrIp: "",
    ...rule.pick("Description", ...(direction === "ingress" ? ingressPeerFields : egressPeerFields)),
    Direction: direction,
    IpProtocol: (rule.string("IpProtocol") ?? "").toUpperCase(),
    PortRange: rule.string("PortRange") ?? "-1/-1",
    Policy: /drop/i.test(rule.string("Policy") ?? "accept") ? "Drop" : "Accept",
    Priority: rule.string("Priority") ?? "1",
  }));
}

function isSameRule(one: Permission, other: Permission): boolean {
  return [
    "Direction",
    "IpProtocol",
    "PortRange",
    "Policy",
    "Priority",
    ...ingressPeerFields,
    ...egressPeerFields,
  ].every((name) => asText(one[name] ?? "") === asText(other[name] ?? ""));
}

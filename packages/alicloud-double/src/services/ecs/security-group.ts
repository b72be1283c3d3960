import type { Fields } from "../../protocol/fields";
import type { Action, Service } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { Permission } from "../vpc/records";
import { tagsOut } from "../tagging";
import { asText } from "../../values";

const noGroup = (id: string) => notFound("InvalidSecurityGroupId.NotFound", id);
const INGRESS = [
  "SourceCidrIp",
  "SourceGroupId",
  "SourceGroupOwnerId",
  "SourceGroupOwnerAccount",
  "SourcePrefixListId",
  "Ipv6SourceCidrIp",
];
const EGRESS = [
  "DestCidrIp",
  "DestGroupId",
  "DestGroupOwnerId",
  "DestGroupOwnerAccount",
  "DestPrefixListId",
  "Ipv6DestCidrIp",
];

/** Security groups and their rules. */
export const securityGroups: Service = {
  name: "ecs",
  actions: {
    CreateSecurityGroup({ fields, world }) {
      const vpcId = fields.text("VpcId") ?? "";
      if (vpcId) world.network.vpcs.must(vpcId, (missing) => notFound("InvalidVpcId.NotFound", missing));
      const id = world.id("sg", "-", 17);
      world.network.securityGroups.put(id, {
        id,
        vpcId,
        name: fields.text("SecurityGroupName") ?? "",
        description: fields.text("Description") ?? "",
        type: fields.text("SecurityGroupType") ?? "normal",
        innerAccess: "Accept",
        resourceGroupId: fields.text("ResourceGroupId") ?? "",
        created: world.stamp(),
        rules: [],
        tags: fields.tags(),
      });
      return { SecurityGroupId: id };
    },
    DescribeSecurityGroups({ fields, world }) {
      const ids = fields.texts("SecurityGroupIds");
      const found = world.network.securityGroups.where(
        (group) =>
          group.id === (fields.text("SecurityGroupId") ?? group.id) && (ids.length === 0 || ids.includes(group.id)),
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
            Tags: { Tag: tagsOut(group.tags, "TagKeyTagValue") },
          })),
        },
        TotalCount: found.length,
        PageNumber: 1,
        PageSize: 10,
        RegionId: world.region,
        NextToken: "",
      };
    },
    DescribeSecurityGroupAttribute({ fields, world }) {
      const group = world.network.securityGroups.must(fields.text("SecurityGroupId"), noGroup);
      const direction = fields.text("Direction");
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
      const group = world.network.securityGroups.must(fields.text("SecurityGroupId"), noGroup);
      group.name = fields.text("SecurityGroupName") ?? group.name;
      group.description = fields.text("Description") ?? group.description;
    },
    ModifySecurityGroupPolicy({ fields, world }) {
      const group = world.network.securityGroups.must(fields.text("SecurityGroupId"), noGroup);
      if (group.type === "enterprise")
        throw new Refusal(
          "InvalidOperation.SecurityGroupType",
          "The security group's type does not support the operation.",
          403,
        );
      group.innerAccess = fields.text("InnerAccessPolicy") ?? group.innerAccess;
    },
    AuthorizeSecurityGroup: authorize("ingress"),
    AuthorizeSecurityGroupEgress: authorize("egress"),
    RevokeSecurityGroup: revoke("ingress"),
    RevokeSecurityGroupEgress: revoke("egress"),
    DeleteSecurityGroup({ fields, world }) {
      const group = world.network.securityGroups.must(fields.text("SecurityGroupId"), noGroup);
      const named = world.network.securityGroups.find(
        (other) =>
          other.id !== group.id &&
          other.rules.some((rule) => rule["SourceGroupId"] === group.id || rule["DestGroupId"] === group.id),
      );
      if (named) throw inUse("DependencyViolation", `The security group is named by a rule of ${named.id}.`);
      const instance =
        world.scaling.instances.find((one) => one.securityGroupIds.includes(group.id)) ??
        world.machines.shelves.machines.find((one) => one.securityGroupId === group.id);
      if (instance) throw inUse("DependencyViolation", `The security group still has an instance: ${instance.id}.`);
      const balancer = world.balancing.loadBalancers.find((one) => one.securityGroupIds.includes(group.id));
      if (balancer) throw inUse("DependencyViolation", `The security group is used by load balancer ${balancer.id}.`);
      world.network.securityGroups.remove(group.id);
    },
  },
};

function authorize(direction: Permission["Direction"]): Action {
  return ({ fields, world }) => {
    const group = world.network.securityGroups.must(fields.text("SecurityGroupId"), noGroup);
    for (const rule of rulesIn(fields, direction)) {
      for (const side of ["SourceGroupId", "DestGroupId"])
        if (rule[side])
          world.network.securityGroups.must(asText(rule[side]), (missing) =>
            notFound("InvalidSourceGroupId.NotFound", missing),
          );
      // The cloud takes the same rule twice without a word and keeps it once.
      if (!group.rules.some((other) => same(other, rule)))
        group.rules.push({ ...rule, SecurityGroupRuleId: world.id("sgr"), CreateTime: world.stamp() });
    }
  };
}

function revoke(direction: Permission["Direction"]): Action {
  return ({ fields, world }) => {
    const group = world.network.securityGroups.must(fields.text("SecurityGroupId"), noGroup);
    const ids = fields.texts("SecurityGroupRuleId");
    const gone = rulesIn(fields, direction);
    group.rules = group.rules.filter(
      (rule) => !ids.includes(String(rule["SecurityGroupRuleId"])) && !gone.some((other) => same(rule, other)),
    );
  };
}

/** Rules come as `Permissions.N.*`, or, from older clients, as the request's own fields. */
function rulesIn(fields: Fields, direction: Permission["Direction"]): Permission[] {
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
    ...rule.pick("Description", ...(direction === "ingress" ? INGRESS : EGRESS)),
    Direction: direction,
    IpProtocol: (rule.text("IpProtocol") ?? "").toUpperCase(),
    PortRange: rule.text("PortRange") ?? "-1/-1",
    Policy: /drop/i.test(rule.text("Policy") ?? "accept") ? "Drop" : "Accept",
    Priority: rule.text("Priority") ?? "1",
  }));
}

function same(one: Permission, other: Permission): boolean {
  return ["Direction", "IpProtocol", "PortRange", "Policy", "Priority", ...INGRESS, ...EGRESS].every(
    (name) => asText(one[name] ?? "") === asText(other[name] ?? ""),
  );
}

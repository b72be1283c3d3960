import type { Fields } from "../../protocol/fields";
import type { Service } from "../../protocol/service";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { LoadBalancer, Raw } from "./records";
import { tagActions, tagsOut } from "../tagging";
import { asText, must } from "../../values";

/** ALB's refusal for a load balancer that is not there. */
export const noBalancer = (id: string) => notFound("ResourceNotFound.LoadBalancer", id);

/** Application load balancers. */
export const loadBalancers: Service = {
  name: "alb",
  actions: {
    CreateLoadBalancer({ fields, world }) {
      const vpcId = fields.text("VpcId") ?? "";
      world.network.vpcs.must(vpcId, (missing) => notFound("ResourceNotFound.Vpc", missing));
      const zones = zonesIn(world, fields, vpcId, []);
      const id = world.id("alb");
      const balancer = world.balancing.loadBalancers.put(id, {
        id,
        vpcId,
        zones,
        name: fields.text("LoadBalancerName") ?? "",
        edition: fields.text("LoadBalancerEdition") ?? "",
        addressType: fields.text("AddressType") ?? "",
        addressAllocatedMode: fields.text("AddressAllocatedMode") ?? "Dynamic",
        dnsName: "",
        status: "Provisioning",
        deletionProtection: fields.flag("DeletionProtectionEnabled") ?? false,
        securityGroupIds: [],
        created: world.stamp(),
        tags: fields.tags(fields.has("Tag") ? "Tag" : "Tags"),
      });
      balancer.dnsName = world.dnsNameOf(id);
      world.later(world.pace.transition, () => (balancer.status = "Active"));
      return { LoadBalancerId: id };
    },
    GetLoadBalancerAttribute: ({ fields, world }) =>
      balancerOut(world, world.balancing.loadBalancers.must(fields.text("LoadBalancerId"), noBalancer)),
    ListLoadBalancers({ fields, world }) {
      const ids = fields.texts("LoadBalancerIds"),
        names = fields.texts("LoadBalancerNames");
      const found = world.balancing.loadBalancers.where(
        (one) => (ids.length === 0 || ids.includes(one.id)) && (names.length === 0 || names.includes(one.name)),
      );
      return {
        LoadBalancers: found.map((one) => summaryOut(one)),
        TotalCount: found.length,
        MaxResults: 20,
        NextToken: "",
      };
    },
    UpdateLoadBalancerAttribute({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      balancer.name = fields.text("LoadBalancerName") ?? balancer.name;
      return { JobId: world.id("job") };
    },
    UpdateLoadBalancerZones({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      const zones = zonesIn(world, fields, balancer.vpcId, balancer.zones);
      const said = (list: readonly Raw[]) =>
        list
          .map((zone) => `${asText(zone["ZoneId"])} ${asText(zone["VSwitchId"])}`)
          .sort()
          .join();
      if (said(zones) === said(balancer.zones))
        throw new Refusal(
          "OperationDenied.ZoneMappingsNotChanged",
          "The operation is not allowed because of ZoneMappingsNotChanged.",
        );
      balancer.zones = zones;
      balancer.status = "Configuring";
      world.later(world.pace.transition, () => (balancer.status = "Active"));
      return { JobId: world.id("job") };
    },
    UpdateLoadBalancerEdition({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      balancer.edition = fields.text("LoadBalancerEdition") ?? balancer.edition;
      return {};
    },
    UpdateLoadBalancerAddressTypeConfig({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      balancer.addressType = fields.text("AddressType") ?? balancer.addressType;
      return { JobId: world.id("job") };
    },
    EnableDeletionProtection: ({ fields, world }) => protect(ready(world, fields.text("ResourceId")), true),
    DisableDeletionProtection: ({ fields, world }) => protect(ready(world, fields.text("ResourceId")), false),
    EnableLoadBalancerAccessLog({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      const project = world.projects.must(fields.text("LogProject"), (missing) =>
        notFound("ResourceNotFound.LogProject", missing),
      );
      if (!project.stores.get(fields.text("LogStore")))
        throw notFound("ResourceNotFound.LogStore", fields.text("LogStore") ?? "");
      balancer.accessLog = { LogProject: project.name, LogStore: fields.text("LogStore") ?? "" };
      return { JobId: world.id("job") };
    },
    DisableLoadBalancerAccessLog({ fields, world }) {
      delete ready(world, fields.text("LoadBalancerId")).accessLog;
      return { JobId: world.id("job") };
    },
    LoadBalancerJoinSecurityGroup({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      for (const id of fields.texts("SecurityGroupIds")) {
        world.network.securityGroups.must(id, (missing) => notFound("ResourceNotFound.SecurityGroup", missing));
        if (!balancer.securityGroupIds.includes(id)) balancer.securityGroupIds.push(id);
      }
      return { JobId: world.id("job") };
    },
    LoadBalancerLeaveSecurityGroup({ fields, world }) {
      const balancer = ready(world, fields.text("LoadBalancerId"));
      balancer.securityGroupIds = balancer.securityGroupIds.filter(
        (id) => !fields.texts("SecurityGroupIds").includes(id),
      );
      return { JobId: world.id("job") };
    },
    /** Jobs are done as soon as the transition is; whoever asks hears so. */
    ListAsynJobs({ fields }) {
      const ids = fields.texts("JobIds");
      return {
        Jobs: ids.map((id) => ({
          Id: id,
          Status: "Succeeded",
          ApiName: fields.text("ApiName") ?? "",
          ResourceType: fields.text("ResourceType") ?? "",
          ErrorCode: "",
          ErrorMessage: "",
        })),
        TotalCount: ids.length,
        MaxResults: 20,
        NextToken: "",
      };
    },
    DeleteLoadBalancer({ fields, world }) {
      const balancer = world.balancing.loadBalancers.must(fields.text("LoadBalancerId"), noBalancer);
      if (balancer.deletionProtection)
        throw inUse("OperationDenied.DeletionProtection", "The load balancer is protected from deletion.");
      // The cloud takes the load balancer's listeners and their rules along.
      for (const listener of world.balancing.listeners.where((one) => one.loadBalancerId === balancer.id)) {
        for (const rule of world.balancing.rules.where((one) => one.listenerId === listener.id))
          world.balancing.rules.remove(rule.id);
        world.balancing.listeners.remove(listener.id);
        world.onListener(listener, false);
      }
      world.balancing.loadBalancers.remove(balancer.id);
      return { JobId: world.id("job") };
    },
    ...withUnTag(),
  },
};

/** ALB spells UntagResources its own way. */
function withUnTag() {
  const { UntagResources, ...rest } = tagActions(
    (world, id) =>
      world.balancing.loadBalancers.get(id) ??
      world.balancing.serverGroups.get(id) ??
      world.balancing.listeners.get(id) ??
      world.balancing.rules.get(id),
    { nested: false },
  );
  return { ...rest, UnTagResources: must(UntagResources) };
}

/** The mappings of a request, checked against the vSwitches; a zone that was there keeps its address. */
function zonesIn(world: World, fields: Fields, vpcId: string, before: readonly Raw[]): Raw[] {
  const zones = fields.list("ZoneMappings").map((zone) => zone.values as Raw);
  if (zones.length < 2)
    throw new Refusal("IllegalParam.ZoneMappings", "The parameter ZoneMappings needs two zones at least.");
  for (const zone of zones) {
    const vSwitch = world.network.vSwitches.must(asText(zone["VSwitchId"]), (missing) =>
      notFound("ResourceNotFound.VSwitch", missing),
    );
    if (vSwitch.vpcId !== vpcId) throw new Refusal("Mismatch.VSwitchVpc", `vSwitch ${vSwitch.id} is not in ${vpcId}.`);
    if (vSwitch.zoneId !== zone["ZoneId"])
      throw new Refusal(
        "Mismatch.ZoneIdAndVSwitchId",
        `vSwitch ${vSwitch.id} is not in zone ${asText(zone["ZoneId"])}.`,
      );
    if (!zone["AllocationId"])
      zone["AllocationId"] =
        before.find((one) => one["ZoneId"] === zone["ZoneId"])?.["AllocationId"] ?? world.id("eip");
  }
  if (new Set(zones.map((zone) => zone["ZoneId"])).size < zones.length)
    throw new Refusal("IllegalParam.ZoneMappings", "Two mappings name the same zone.");
  return zones;
}

/** The load balancer, when nothing else is changing it. */
export function ready(world: World, id: string | undefined): LoadBalancer {
  const balancer = world.balancing.loadBalancers.must(id, noBalancer);
  if (balancer.status !== "Active")
    throw new Refusal(
      "IncorrectStatus.LoadBalancer",
      `The status of ${balancer.id} [${balancer.status}] is incorrect.`,
      409,
    );
  return balancer;
}

function protect(balancer: LoadBalancer, enabled: boolean) {
  balancer.deletionProtection = enabled;
  return {};
}

function summaryOut(balancer: LoadBalancer) {
  return {
    LoadBalancerId: balancer.id,
    LoadBalancerName: balancer.name,
    LoadBalancerEdition: balancer.edition,
    LoadBalancerStatus: balancer.status,
    LoadBalancerBussinessStatus: "Normal",
    DNSName: balancer.dnsName,
    AddressType: balancer.addressType,
    AddressAllocatedMode: balancer.addressAllocatedMode,
    AddressIpVersion: "IPv4",
    VpcId: balancer.vpcId,
    CreateTime: balancer.created,
    ResourceGroupId: "rg-acfmdefault",
    DeletionProtectionConfig: {
      Enabled: balancer.deletionProtection,
      EnabledTime: balancer.deletionProtection ? balancer.created : "",
    },
    LoadBalancerBillingConfig: { PayType: "PostPay" },
    ModificationProtectionConfig: { Status: "NonProtection", Reason: "" },
    AccessLogConfig: balancer.accessLog ?? {},
    Tags: tagsOut(balancer.tags),
  };
}

function balancerOut(world: World, balancer: LoadBalancer) {
  return {
    ...summaryOut(balancer),
    RegionId: world.region,
    SecurityGroupIds: balancer.securityGroupIds,
    ZoneMappings: balancer.zones.map((zone, at) => ({
      VSwitchId: zone["VSwitchId"],
      ZoneId: zone["ZoneId"],
      Status: "Active",
      LoadBalancerAddresses: [
        {
          ...(balancer.addressType === "Internet"
            ? { Address: `203.0.113.${String(200 + at)}`, AllocationId: zone["AllocationId"], EipType: "Common" }
            : { Address: `10.0.${String(at)}.250` }),
          IntranetAddress: `10.0.${String(at)}.250`,
          IntranetAddressHcStatus: "Healthy",
        },
      ],
    })),
  };
}

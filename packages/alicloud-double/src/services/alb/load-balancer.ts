import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { LoadBalancer, Raw } from "./records";
import { tagsResponse } from "../tagging";
import { asText } from "../../values";
import { accepts, tokenPage } from "../listing";

/** ALB's refusal for an unknown load balancer. */
export const noLoadBalancer = (id: string) => notFound("ResourceNotFound.LoadBalancer", id);

/** Application load balancers. */
export const loadBalancers: ActionGroup = {
  service: "alb",
  actions: {
    CreateLoadBalancer({ fields, world }) {
      const vpcId = fields.string("VpcId") ?? "";
      world.network.vpcs.require(vpcId, "ResourceNotFound.Vpc");
      const zones = parseZones(world, fields, vpcId, []);
      const id = world.newId("alb");
      const balancer = world.balancing.loadBalancers.put(id, {
        id,
        vpcId,
        zones,
        name: fields.string("LoadBalancerName") ?? "",
        edition: fields.string("LoadBalancerEdition") ?? "",
        addressType: fields.string("AddressType") ?? "",
        addressAllocatedMode: fields.string("AddressAllocatedMode") ?? "Dynamic",
        dnsName: "",
        status: "Provisioning",
        deletionProtection: fields.boolean("DeletionProtectionEnabled") ?? false,
        securityGroupIds: [],
        created: world.timestamp(),
        tags: fields.tags(fields.has("Tag") ? "Tag" : "Tags"),
      });
      balancer.dnsName = world.dnsNameOf(id);
      world.schedule(world.delays.transition, () => (balancer.status = "Active"));
      return { LoadBalancerId: id };
    },
    GetLoadBalancerAttribute: ({ fields, world }) =>
      loadBalancerResponse(
        world,
        world.balancing.loadBalancers.require(fields.string("LoadBalancerId"), noLoadBalancer),
      ),
    ListLoadBalancers({ fields, world }) {
      const ids = fields.strings("LoadBalancerIds");
      const names = fields.strings("LoadBalancerNames");
      const found = world.balancing.loadBalancers.where((one) => accepts(ids, one.id) && accepts(names, one.name));
      return {
        LoadBalancers: found.map((one) => summaryResponse(one)),
        ...tokenPage(found.length),
      };
    },
    UpdateLoadBalancerAttribute({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.name = fields.string("LoadBalancerName") ?? balancer.name;
      return { JobId: world.newId("job") };
    },
    UpdateLoadBalancerZones({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      const zones = parseZones(world, fields, balancer.vpcId, balancer.zones);
      const summary = (list: readonly Raw[]) =>
        list
          .map((zone) => `${asText(zone["ZoneId"])} ${asText(zone["VSwitchId"])}`)
          .sort()
          .join();
      if (summary(zones) === summary(balancer.zones))
        throw new Refusal(
          "OperationDenied.ZoneMappingsNotChanged",
          "The operation is not allowed because of ZoneMappingsNotChanged.",
        );
      balancer.zones = zones;
      balancer.status = "Configuring";
      world.schedule(world.delays.transition, () => (balancer.status = "Active"));
      return { JobId: world.newId("job") };
    },
    UpdateLoadBalancerEdition({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.edition = fields.string("LoadBalancerEdition") ?? balancer.edition;
      return {};
    },
    UpdateLoadBalancerAddressTypeConfig({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.addressType = fields.string("AddressType") ?? balancer.addressType;
      return { JobId: world.newId("job") };
    },
    EnableDeletionProtection: ({ fields, world }) =>
      setDeletionProtection(requireActiveLoadBalancer(world, fields.string("ResourceId")), true),
    DisableDeletionProtection: ({ fields, world }) =>
      setDeletionProtection(requireActiveLoadBalancer(world, fields.string("ResourceId")), false),
    EnableLoadBalancerAccessLog({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      const project = world.projects.require(fields.string("LogProject"), "ResourceNotFound.LogProject");
      if (!project.stores.get(fields.string("LogStore")))
        throw notFound("ResourceNotFound.LogStore", fields.string("LogStore") ?? "");
      balancer.accessLog = { LogProject: project.name, LogStore: fields.string("LogStore") ?? "" };
      return { JobId: world.newId("job") };
    },
    DisableLoadBalancerAccessLog({ fields, world }) {
      delete requireActiveLoadBalancer(world, fields.string("LoadBalancerId")).accessLog;
      return { JobId: world.newId("job") };
    },
    LoadBalancerJoinSecurityGroup({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      for (const id of fields.strings("SecurityGroupIds")) {
        world.network.securityGroups.require(id, "ResourceNotFound.SecurityGroup");
        if (!balancer.securityGroupIds.includes(id)) balancer.securityGroupIds.push(id);
      }
      return { JobId: world.newId("job") };
    },
    LoadBalancerLeaveSecurityGroup({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.securityGroupIds = balancer.securityGroupIds.filter(
        (id) => !fields.strings("SecurityGroupIds").includes(id),
      );
      return { JobId: world.newId("job") };
    },
    /** All jobs have succeeded: the status of the resource shows whether a change is complete. */
    ListAsynJobs({ fields }) {
      const ids = fields.strings("JobIds");
      return {
        Jobs: ids.map((id) => ({
          Id: id,
          Status: "Succeeded",
          ApiName: fields.string("ApiName") ?? "",
          ResourceType: fields.string("ResourceType") ?? "",
          ErrorCode: "",
          ErrorMessage: "",
        })),
        ...tokenPage(ids.length),
      };
    },
    DeleteLoadBalancer({ fields, world }) {
      const balancer = world.balancing.loadBalancers.require(fields.string("LoadBalancerId"), noLoadBalancer);
      if (balancer.deletionProtection)
        throw inUse("OperationDenied.DeletionProtection", "The load balancer is protected from deletion.");
      // The cloud deletes the load balancer's listeners and their rules too.
      for (const listener of world.balancing.listeners.where((one) => one.loadBalancerId === balancer.id)) {
        for (const rule of world.balancing.rules.where((one) => one.listenerId === listener.id))
          world.balancing.rules.remove(rule.id);
        world.balancing.listeners.remove(listener.id);
        world.onListenerChange(listener, false);
      }
      world.balancing.loadBalancers.remove(balancer.id);
      return { JobId: world.newId("job") };
    },
  },
};

/** The zone mappings of a request, checked against their vSwitches. An existing zone keeps its address. */
function parseZones(world: World, fields: Fields, vpcId: string, before: readonly Raw[]): Raw[] {
  const zones = fields.list("ZoneMappings").map((zone) => zone.values as Raw);
  if (zones.length < 2)
    throw new Refusal("IllegalParam.ZoneMappings", "The parameter ZoneMappings needs two zones at least.");
  for (const zone of zones) {
    const vSwitch = world.network.vSwitches.require(asText(zone["VSwitchId"]), "ResourceNotFound.VSwitch");
    if (vSwitch.vpcId !== vpcId) throw new Refusal("Mismatch.VSwitchVpc", `vSwitch ${vSwitch.id} is not in ${vpcId}.`);
    if (vSwitch.zoneId !== zone["ZoneId"])
      throw new Refusal(
        "Mismatch.ZoneIdAndVSwitchId",
        `vSwitch ${vSwitch.id} is not in zone ${asText(zone["ZoneId"])}.`,
      );
    if (!zone["AllocationId"])
      zone["AllocationId"] =
        before.find((one) => one["ZoneId"] === zone["ZoneId"])?.["AllocationId"] ?? world.newId("eip");
  }
  if (new Set(zones.map((zone) => zone["ZoneId"])).size < zones.length)
    throw new Refusal("IllegalParam.ZoneMappings", "Two mappings name the same zone.");
  return zones;
}

/** The load balancer; refuses if it is being created or changed. */
export function requireActiveLoadBalancer(world: World, id: string | undefined): LoadBalancer {
  const balancer = world.balancing.loadBalancers.require(id, noLoadBalancer);
  if (balancer.status !== "Active")
    throw new Refusal(
      "IncorrectStatus.LoadBalancer",
      `The status of ${balancer.id} [${balancer.status}] is incorrect.`,
      409,
    );
  return balancer;
}

function setDeletionProtection(balancer: LoadBalancer, enabled: boolean) {
  balancer.deletionProtection = enabled;
  return {};
}

function summaryResponse(balancer: LoadBalancer) {
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
    Tags: tagsResponse(balancer.tags),
  };
}

function loadBalancerResponse(world: World, balancer: LoadBalancer) {
  return {
    ...summaryResponse(balancer),
    RegionId: world.region,
    SecurityGroupIds: balancer.securityGroupIds,
    ZoneMappings: balancer.zones.map((zone, at) => ({
      VSwitchId: zone["VSwitchId"],
      ZoneId: zone["ZoneId"],
      Status: "Active",
      LoadBalancerAddresses: [
        {
          ...(balancer.addressType === "Internet"
            ? { Address: `203.0.113.${200 + at}`, AllocationId: zone["AllocationId"], EipType: "Common" }
            : { Address: `10.0.${at}.250` }),
          IntranetAddress: `10.0.${at}.250`,
          IntranetAddressHcStatus: "Healthy",
        },
      ],
    })),
  };
}

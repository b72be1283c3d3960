import type { ActionGroup } from "../../protocol/action";
import { inUse, notFound, Refusal } from "../../refusal";
import type { World } from "../../world";
import type { LoadBalancer } from "./records";
import { requireServiceLinkedRole } from "../resourcemanager";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";
import { requireRoom } from "../quota";
import { accepts, tokenPage } from "../listing";
import { removeListener } from "./listener";
import { noLoadBalancer, requireActiveLoadBalancer } from "./lookup";
import { clearUnreferenced } from "./server-group";
import { configure, parseZones, updateZones, zonesResponse } from "./zones";

const maximumSecurityGroups = 4;

/** Application load balancers. */
export const loadBalancers: ActionGroup = {
  service: "alb",
  actions: {
    CreateLoadBalancer({ fields, world }) {
      const vpcId = fields.string("VpcId") ?? "";
      world.network.vpcs.require(vpcId, "ResourceNotFound.Vpc");
      requireRoom(world, "loadBalancers", world.balancing.loadBalancers.size);
      requireServiceLinkedRole(world, "alb.aliyuncs.com");
      const zones = parseZones(world, fields, vpcId, fields.string("AddressType") === "Internet");
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
        tags: sentTags(fields),
      });
      balancer.dnsName = world.dnsNameOf(id);
      world.managedGroups.set(id, { vpcId, vSwitchIds: [] });
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
      const found = world.balancing.loadBalancers.where(
        (one) => accepts(ids, one.id) && accepts(names, one.name) && acceptsTags(world, fields, one),
      );
      return {
        LoadBalancers: found.map((one) => summaryResponse(one)),
        ...tokenPage(found.length),
      };
    },
    UpdateLoadBalancerAttribute({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.name = fields.string("LoadBalancerName") ?? balancer.name;
      return configure(world, balancer);
    },
    UpdateLoadBalancerZones: ({ fields, world }) =>
      updateZones(world, requireActiveLoadBalancer(world, fields.string("LoadBalancerId")), fields),
    UpdateLoadBalancerEdition({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.edition = fields.string("LoadBalancerEdition") ?? balancer.edition;
      configure(world, balancer);
    },
    UpdateLoadBalancerAddressTypeConfig({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      balancer.addressType = fields.string("AddressType") ?? balancer.addressType;
      return configure(world, balancer);
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
      return configure(world, balancer);
    },
    DisableLoadBalancerAccessLog({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      delete balancer.accessLog;
      return configure(world, balancer);
    },
    // Joining and leaving are jobs, during which only queries are possible:
    // https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-loadbalancerjoinsecuritygroup
    LoadBalancerJoinSecurityGroup({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      const ids = fields.strings("SecurityGroupIds");
      for (const id of ids) {
        const group = world.network.securityGroups.require(id, "ResourceNotFound.SecurityGroup");
        if (group.vpcId !== balancer.vpcId)
          throw new Refusal("OperationDenied.SecurityGroupNotSupport", `${id} is not in the load balancer's VPC.`);
        if (balancer.securityGroupIds.includes(id))
          throw new Refusal(
            "ResourceAlreadyAssociated.SecurityGroup",
            `The specified resource of ${id} is already associated.`,
          );
      }
      if (balancer.securityGroupIds.length + ids.length > maximumSecurityGroups)
        throw new Refusal("ResourceQuotaExceeded.SecurityGroupNum", "A load balancer joins four security groups.");
      return configure(world, balancer, () => balancer.securityGroupIds.push(...ids));
    },
    LoadBalancerLeaveSecurityGroup({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      const ids = fields.strings("SecurityGroupIds");
      const other = ids.find((id) => !balancer.securityGroupIds.includes(id));
      if (other !== undefined)
        throw new Refusal(
          "ResourceNotAssociated.SecurityGroup",
          `The specified resource of ${other} is not associated.`,
        );
      return configure(world, balancer, () => {
        balancer.securityGroupIds = balancer.securityGroupIds.filter((id) => !ids.includes(id));
      });
    },
    ListAsynJobs({ fields, world }) {
      const ids = fields.strings("JobIds").filter((id) => world.jobs.has(id));
      return {
        Jobs: ids.map((id) => ({
          Id: id,
          Status: world.jobs.get(id),
          ApiName: fields.string("ApiName") ?? "",
          ResourceType: fields.string("ResourceType") ?? "",
          ErrorCode: "",
          ErrorMessage: "",
        })),
        ...tokenPage(ids.length),
      };
    },
    DeleteLoadBalancer({ fields, world }) {
      const balancer = requireActiveLoadBalancer(world, fields.string("LoadBalancerId"));
      if (balancer.deletionProtection)
        throw inUse("OperationDenied.DeletionProtection", "The load balancer is protected from deletion.");
      // The cloud deletes the load balancer's listeners and their rules too.
      for (const listener of world.balancing.listeners.where((one) => one.loadBalancerId === balancer.id)) {
        removeListener(world, listener);
        world.onListenerChange(listener, false);
      }
      world.balancing.loadBalancers.remove(balancer.id);
      clearUnreferenced(world);
      // Its own security group and network interfaces go later, in the background, and keep the VPC and the vSwitches.
      const vSwitchIds = balancer.zones.map((zone) => zone.vSwitchId);
      world.managedGroups.set(balancer.id, { vpcId: balancer.vpcId, vSwitchIds });
      world.schedule(world.delays.managedGroup, () => world.managedGroups.delete(balancer.id));
      return { JobId: world.startJob() };
    },
  },
};

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
    ZoneMappings: zonesResponse(balancer.zones),
  };
}

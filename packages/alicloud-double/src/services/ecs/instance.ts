import type { Fields } from "../../protocol/fields";
import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import { requireInForce } from "../ram/role";
import type { World } from "../../world";
import { typeProblem } from "../ess/offers";
import { failInstance } from "../ess/reconciler";
import type { Instance } from "../ess/records";
import { diskProblem } from "./disks";
import { problemOfLaunch } from "./launch";
import { isPublicImage, type Machine } from "./records";
import { accepts } from "../listing";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

const noInstance = (id: string) => notFound("InvalidInstanceId.NotFound", id);

/** ECS instances that no scaling group has started. */
export const instances: ActionGroup = {
  service: "ecs",
  actions: {
    RunInstances({ fields, world }) {
      const amount = fields.number("Amount") ?? 1;
      return {
        InstanceIdSets: { InstanceIdSet: Array.from({ length: amount }, () => startInstance(world, fields).id) },
        OrderId: "",
        TradePrice: 0,
      };
    },
    // https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeavailableresource
    DescribeAvailableResource({ fields, world }) {
      const type = fields.string("InstanceType") ?? "";
      if (fields.string("DestinationResource") !== "InstanceType")
        throw new Refusal("InvalidDestinationResource.Malformed", "The double knows instance types only.");
      const zones = [...new Set(world.network.vSwitches.all().map(({ zoneId }) => zoneId))];
      const system = fields.string("SystemDiskCategory");
      const isSold = (zoneId: string) =>
        typeProblem(world.region, type) === undefined &&
        diskProblem(world, { instanceType: type, zoneId, system, data: [] }) === undefined;
      const sold = zones.filter(isSold);
      return {
        AvailableZones: {
          AvailableZone: sold.map((ZoneId) => {
            const status = world.machines.soldOut(type, ZoneId) ? "SoldOut" : "Available";
            const category = status === "Available" ? "WithStock" : "WithoutStock";
            const resource = { Value: type, Status: status, StatusCategory: category };
            return {
              ZoneId,
              RegionId: world.region,
              Status: status,
              StatusCategory: category,
              AvailableResources: {
                AvailableResource: [{ Type: "InstanceType", SupportedResources: { SupportedResource: [resource] } }],
              },
            };
          }),
        },
      };
    },
    DescribeInstances({ fields, world }) {
      const ids = fields.strings("InstanceIds");
      const found = world.machines.tables.machines.where(
        (one) =>
          accepts(ids, one.id) &&
          acceptsTags(world, fields, one) &&
          one.status === (fields.string("Status") ?? one.status),
      );
      // Those that scaling groups have started are described by their ids alone.
      const scaled = world.scaling.instances.where(({ id }) => id.startsWith("i-") && ids.includes(id));
      return {
        Instances: {
          Instance: [...found.map((one) => instanceResponse(world, one)), ...scaled.map(scaledResponse)],
        },
        TotalCount: found.length + scaled.length,
        PageNumber: 1,
        PageSize: fields.number("PageSize") ?? 10,
        NextToken: "",
      };
    },
    StopInstance({ fields, world }) {
      const machine = world.machines.tables.machines.require(fields.string("InstanceId"), noInstance);
      if (machine.status !== "Running")
        throw new Refusal(
          "IncorrectInstanceStatus",
          `The current status of the resource does not support this operation: ${machine.status}.`,
          403,
        );
      machine.status = "Stopping";
      machine.agentOnline = false;
      world.schedule(world.delays.transition, () => {
        machine.status = "Stopped";
      });
    },
    DeleteInstance({ fields, world }) {
      if (failInstance(world, fields.string("InstanceId") ?? "")) return;
      const { machines: all } = world.machines.tables;
      const machine = all.require(fields.string("InstanceId"), noInstance);
      if (machine.status !== "Stopped" && !(machine.status === "Running" && fields.boolean("Force")))
        throw new Refusal(
          "IncorrectInstanceStatus",
          `The current status of the resource does not support this operation: ${machine.status}.`,
          403,
        );
      machine.status = "Stopping";
      world.schedule(world.delays.transition, () => all.remove(machine.id));
    },
  },
};

function startInstance(world: World, fields: Fields): Machine {
  const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), "InvalidVSwitchId.NotFound");
  const group = world.network.securityGroups.require(
    fields.string("SecurityGroupId"),
    "InvalidSecurityGroupId.NotFound",
  );
  if (group.vpcId !== vSwitch.vpcId)
    throw new Refusal(
      "InvalidSecurityGroupId.VPCMismatch",
      "The security group and the vSwitch are not in the same VPC.",
      403,
    );
  const type = fields.string("InstanceType") ?? "";
  const imageId = fields.string("ImageId") ?? "";
  if (world.machines.soldOut(type, vSwitch.zoneId))
    throw new Refusal(
      "OperationDenied.NoStock",
      `The resource is out of stock in the specified zone: ${vSwitch.zoneId}.`,
      403,
    );
  const image = world.machines.tables.images.get(imageId);
  if (!isPublicImage(imageId) && image?.status !== "Available") throw notFound("InvalidImageId.NotFound", imageId);
  const role = fields.string("RamRoleName") ?? "";
  if (role) requireInForce(world, role);
  const disk = fields.record("SystemDisk");
  const sizeGiB = disk.number("Size") ?? 40;
  const problem = problemOfLaunch(world, {
    imageId,
    zoneId: vSwitch.zoneId,
    instanceType: type,
    system: disk.string("Category"),
    data: fields.list("DataDisk").map((one) => one.string("Category")),
    sizeGiB,
    isEncrypted: disk.boolean("Encrypted") ?? false,
    requiresToken: fields.string("HttpTokens") === "required",
  });
  if (problem) throw new Refusal(problem.code, problem.message);
  const autoRelease = fields.string("AutoReleaseTime") ?? "";
  if (autoRelease && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(autoRelease))
    throw new Refusal("InvalidAutoReleaseTime.Malformed", autoRelease);
  if (autoRelease && Date.parse(autoRelease) < Date.now() + 30 * 60_000)
    throw new Refusal("InvalidAutoReleaseTime.Malformed", "The earliest release time is 30 minutes from now.");
  const { machines: all } = world.machines.tables;
  const id = world.newId("i");
  const machine = all.put(id, {
    id,
    imageId,
    type,
    vSwitchId: vSwitch.id,
    zoneId: vSwitch.zoneId,
    securityGroupId: group.id,
    roleName: role,
    name: fields.string("InstanceName") ?? id,
    status: "Pending",
    agentOnline: false,
    publicIp: (fields.number("InternetMaxBandwidthOut") ?? 0) > 0 ? "203.0.113.7" : "",
    autoRelease,
    sizeGiB,
    encrypted: disk.boolean("Encrypted") ?? image?.encrypted ?? false,
    httpTokens: fields.string("HttpTokens") ?? "optional",
    keyPair: fields.string("KeyPairName") ?? "",
    created: world.timestamp(true),
    tags: sentTags(fields),
  });
  boot(world, machine);
  return machine;
}

/**
 * Each step schedules the next: independent timers may fire out of order if the process has been blocked for a
 * moment.
 */
function boot(world: World, machine: Machine): void {
  const { transition } = world.delays;
  world.schedule(transition / 2, () => {
    if (machine.status !== "Pending") return;
    machine.status = "Starting";
    world.schedule(transition / 2, () => {
      if (machine.status !== "Starting") return;
      machine.status = "Running";
      // The Cloud Assistant's agent starts after the system.
      world.schedule(transition, () => {
        machine.agentOnline = machine.status === "Running";
      });
    });
  });
}

function instanceResponse(world: World, one: Machine) {
  return {
    InstanceId: one.id,
    InstanceName: one.name,
    Status: one.status,
    ImageId: one.imageId,
    InstanceType: one.type,
    ZoneId: one.zoneId,
    RegionId: world.region,
    SecurityGroupIds: { SecurityGroupId: [one.securityGroupId] },
    PublicIpAddress: { IpAddress: one.publicIp ? [one.publicIp] : [] },
    VpcAttributes: {
      VpcId: world.network.vSwitches.get(one.vSwitchId)?.vpcId ?? "",
      VSwitchId: one.vSwitchId,
      NatIpAddress: "",
      PrivateIpAddress: { IpAddress: [] },
    },
    AutoReleaseTime: one.autoRelease,
    KeyPairName: one.keyPair,
    CreationTime: one.created,
    MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: one.httpTokens },
    Tags: { Tag: tagsResponse(one.tags, "TagKeyTagValue") },
  };
}

/** As far as somebody asks for it: what its group's template says is left out. */
function scaledResponse(one: Instance) {
  return {
    InstanceId: one.id,
    Status: one.lifecycle === "Pending" ? "Pending" : "Running",
    ZoneId: one.zoneId,
    SecurityGroupIds: { SecurityGroupId: one.securityGroupIds },
    PublicIpAddress: { IpAddress: one.publicIp === undefined ? [] : [one.publicIp] },
    EipAddress: { IpAddress: "" },
    VpcAttributes: { VSwitchId: one.vSwitchId, PrivateIpAddress: { IpAddress: [one.ip] } },
  };
}

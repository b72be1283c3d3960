import type { ActionGroup } from "../../protocol/action";
import { notFound, Refusal } from "../../refusal";
import { assertDefined } from "../../values";
import { page } from "../listing";
import { requireServiceLinkedRole } from "../resourcemanager";
import { noAccessGroup } from "./access-group";
import { noFileSystem } from "./file-system";
import type { MountTarget } from "./records";

const noMountTarget = (id: string) => notFound("InvalidMountTarget.NotFound", id);

/** Mount targets. */
export const mountTargets: ActionGroup = {
  service: "nas",
  actions: {
    CreateMountTarget({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      if (system.status !== "Running")
        throw new Refusal("OperationDenied.InvalidState", "The operation is not permitted in the current state.");
      const vSwitch = world.network.vSwitches.require(fields.string("VSwitchId"), "InvalidVSwitchId.NotFound");
      const accessGroup = fields.string("AccessGroupName") ?? "DEFAULT_VPC_GROUP_NAME";
      if (accessGroup !== "DEFAULT_VPC_GROUP_NAME")
        world.nas.accessGroups.require(`${accessGroup}:${system.type}`, noAccessGroup);
      // https://www.alibabacloud.com/help/en/nas/developer-reference/api-nas-2017-06-26-createmounttarget
      requireServiceLinkedRole(world, "nas.aliyuncs.com");
      const domain = `${system.id}-${world.newId("", "", 3).slice(3)}.${world.region}.nas.aliyuncs.com`;
      const target = world.nas.mountTargets.put(domain, {
        domain,
        fileSystemId: system.id,
        accessGroup,
        vpcId: vSwitch.vpcId,
        vSwitchId: vSwitch.id,
        status: "Pending",
        tags: new Map(),
      });
      world.schedule(world.delays.transition, () => (target.status = "Active"));
      return { MountTargetDomain: domain, MountTargetExtra: {} };
    },
    DescribeMountTargets({ fields, world }) {
      const system = world.nas.fileSystems.require(fields.string("FileSystemId"), noFileSystem);
      const found = world.nas.mountTargets.where(
        (target) =>
          target.fileSystemId === system.id && target.domain === (fields.string("MountTargetDomain") ?? target.domain),
      );
      if (fields.string("MountTargetDomain") && found.length === 0)
        throw noMountTarget(assertDefined(fields.string("MountTargetDomain")));
      return {
        MountTargets: { MountTarget: found.map(mountTargetResponse) },
        ...page(found.length),
      };
    },
    ModifyMountTarget({ fields, world }) {
      const target = world.nas.mountTargets.require(fields.string("MountTargetDomain"), noMountTarget);
      target.accessGroup = fields.string("AccessGroupName") ?? target.accessGroup;
    },
    DeleteMountTarget({ fields, world }) {
      const target = world.nas.mountTargets.require(fields.string("MountTargetDomain"), noMountTarget);
      target.status = "Deleting";
      world.schedule(world.delays.transition, () => world.nas.mountTargets.remove(target.domain));
    },
  },
};

function mountTargetResponse(target: MountTarget) {
  return {
    MountTargetDomain: target.domain,
    AccessGroup: target.accessGroup,
    NetworkType: "Vpc",
    VpcId: target.vpcId,
    VswId: target.vSwitchId,
    Status: target.status,
  };
}

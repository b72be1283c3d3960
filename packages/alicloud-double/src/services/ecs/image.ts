import type { ActionGroup } from "../../protocol/action";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import { isPublicImage, type MachineImage } from "./records";
import { page } from "../listing";
import { acceptsTags, sentTags, tagsResponse } from "../tagging";

/** Machine images and their snapshots. */
export const images: ActionGroup = {
  service: "ecs",
  actions: {
    CreateImage({ fields, world }) {
      const { images: all, machines, snapshots } = world.machines.tables;
      const machine = machines.require(fields.string("InstanceId"), "InvalidInstanceId.NotFound");
      if (machine.status !== "Running" && machine.status !== "Stopped")
        throw new Refusal(
          "IncorrectInstanceStatus",
          `The current status of the resource does not support this operation: ${machine.status}.`,
          403,
        );
      const name = fields.string("ImageName") ?? "";
      const description = fields.string("Description") ?? "";
      if (!/^[a-z\u4e00-\u9fff][\w:.-]{1,127}$/i.test(name)) throw new Refusal("InvalidImageName.Malformed", name);
      if (description.length > 256 || /^https?:/.test(description))
        throw new Refusal("InvalidDescription.Malformed", description);
      if (all.find((other) => other.name === name))
        throw new Refusal("InvalidImageName.Duplicated", `The image's name is taken: ${name}.`, 403);
      if (
        [...sentTags(fields)].some(
          ([key, value]) => /^(aliyun|acs:)|https?:\/\//.test(key) || /^acs:|https?:\/\//.test(value),
        )
      )
        throw new Refusal("InvalidTagValue.Malformed", "The tag is not valid.");
      const id = world.newId("m", "-", 16);
      const snapshotId = world.newId("s");
      snapshots.put(snapshotId, {
        id: snapshotId,
        encrypted: machine.encrypted,
        created: world.timestamp(),
        tags: new Map(),
      });
      const image = all.put(id, {
        id,
        name,
        family: fields.string("ImageFamily") ?? "",
        description,
        status: "Creating",
        sizeGiB: machine.sizeGiB,
        encrypted: machine.encrypted,
        imdsSupport: all.get(machine.imageId)?.imdsSupport ?? "v2",
        snapshotId,
        sourceInstanceId: machine.id,
        created: new Date().toISOString(),
        tags: sentTags(fields),
      });
      const succeeds = world.machines.imageSucceeds(machine);
      world.schedule(world.delays.transition * 2, () => {
        image.status = succeeds ? "Available" : "CreateFailed";
      });
      return { ImageId: id };
    },
    DescribeImages({ fields, world }) {
      const statuses = (fields.string("Status") ?? "Available").split(",");
      const id = fields.string("ImageId");
      const family = fields.string("ImageFamily");
      const owner = fields.string("ImageOwnerAlias");
      if (owner !== undefined && !["system", "self", "others", "marketplace"].includes(owner))
        throw new Refusal("InvalidImageOwnerAlias.ValueNotSupported", owner);
      if (id !== undefined && isPublicImage(id) && owner !== "self")
        return imagesResponse(world, [publicImageResponse(world, id)]);
      if (owner !== undefined && owner !== "self") return imagesResponse(world, []);
      const own = world.machines.tables.images.where(
        (one) =>
          statuses.includes(one.status) &&
          one.id === (id ?? one.id) &&
          one.family === (family ?? one.family) &&
          acceptsTags(world, fields, one) &&
          (fields.string("Usage") ?? usageOf(world, one)) === usageOf(world, one),
      );
      const size = fields.number("PageSize") ?? 10;
      const number = fields.number("PageNumber") ?? 1;
      const onPage = own.slice((number - 1) * size, number * size);
      return imagesResponse(
        world,
        onPage.map((one) => imageResponse(world, one)),
        own.length,
      );
    },
    DeleteImage({ fields, world }) {
      const { images: all } = world.machines.tables;
      const image = all.get(fields.string("ImageId"));
      // The cloud ignores an unknown image.
      if (!image) return;
      if (image.status === "Creating")
        throw new Refusal("ImageIsCreating", "The specified image is being created.", 403);
      if (usageOf(world, image) === "instance" && !fields.boolean("Force"))
        throw new Refusal("ImageUsingByInstance", "The specified image has been used to create instances.", 403);
      all.remove(image.id);
    },
    DeleteSnapshot({ fields, world }) {
      const { images: all, snapshots } = world.machines.tables;
      const snapshot = snapshots.require(fields.string("SnapshotId"), "InvalidSnapshotId.NotFound");
      if (all.find((one) => one.snapshotId === snapshot.id))
        throw new Refusal("SnapshotCreatedImage", "The snapshot has been used to create an image.", 403);
      snapshots.remove(snapshot.id);
    },
  },
};

/** Whether instances use an image. Launch templates and scaling configurations with the image do not count. */
function usageOf(world: World, image: MachineImage): "instance" | "none" {
  if (world.machines.tables.machines.find((one) => one.imageId === image.id)) return "instance";
  const names = (data: Record<string, unknown>) => data["ImageId"] === image.id;
  const started = world.scaling.instances.find((one) => {
    const group = world.scaling.scalingGroups.get(one.groupId);
    const template = world.network.launchTemplates.get(group?.launchTemplateId);
    return (
      template?.versions.some(
        (version) => String(version.number) === one.launchTemplateVersion && names(version.data),
      ) ?? names(world.scaling.configurations.get(one.configurationId)?.settings ?? {})
    );
  });
  return started ? "instance" : "none";
}

function imagesResponse(world: World, images: Record<string, unknown>[], total = images.length) {
  return { Images: { Image: images }, ...page(total), RegionId: world.region };
}

function imageResponse(world: World, one: MachineImage) {
  return {
    ImageId: one.id,
    ImageName: one.name,
    ImageFamily: one.family,
    Description: one.description,
    Status: one.status,
    Usable: one.status === "Available",
    Progress: one.status === "Available" ? "100%" : "30%",
    Size: one.sizeGiB,
    CreationTime: one.created,
    ImageOwnerAlias: "self",
    Usage: usageOf(world, one),
    Architecture: "x86_64",
    OSType: "linux",
    Platform: "Debian",
    IsPublic: one.isPublic ?? false,
    DiskDeviceMappings: {
      DiskDeviceMapping: [
        {
          Device: "/dev/xvda",
          Type: "system",
          Size: String(one.sizeGiB),
          SnapshotId: one.snapshotId,
          Encrypted: one.encrypted,
        },
      ],
    },
    Tags: { Tag: tagsResponse(one.tags, "TagKeyTagValue") },
    Features: { ImdsSupport: one.imdsSupport, NvmeSupport: "supported" },
  };
}

function publicImageResponse(world: World, id: string) {
  return {
    ImageId: id,
    ImageName: id,
    Status: "Available",
    Usable: true,
    Size: 20,
    CreationTime: world.timestamp(),
    ImageOwnerAlias: "system",
    Usage: "none",
    Architecture: "x86_64",
    OSType: "linux",
    Platform: "Debian",
    IsPublic: true,
    DiskDeviceMappings: { DiskDeviceMapping: [] },
    Tags: { Tag: [] },
    Features: { ImdsSupport: "v2" },
  };
}

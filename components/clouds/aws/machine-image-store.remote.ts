import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Filter,
  type Image,
} from "@aws-sdk/client-ec2";
import { DeleteImageCommand, ImagebuilderClient } from "@aws-sdk/client-imagebuilder";
import { type ImageStore, type StoredImage, today } from "../image-marks.remote";
import { clientSettings, isError, tagList, tagMap } from "./clients.remote";

/** The tag with the day on which a release named the image for the last time. */
const lastNamed = "last-named";

/** The account's machine images in a region; those that a list has are the service's. */
export function machineImages(region: string, service: string): ImageStore {
  const ec2 = new EC2Client(clientSettings(region, "ec2"));

  const images = async (...Filters: Filter[]): Promise<Image[]> =>
    (await ec2.send(new DescribeImagesCommand({ Owners: ["self"], Filters }))).Images ?? [];

  /** Whether an instance uses the image, as one that was started by hand may. */
  const isUsed = async (id: string): Promise<boolean> => {
    const Filters = [
      { Name: "image-id", Values: [id] },
      { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] },
    ];
    return ((await ec2.send(new DescribeInstancesCommand({ Filters }))).Reservations ?? []).length > 0;
  };

  const set = async (id: string, tags: Readonly<Record<string, string>>): Promise<void> => {
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) }));
  };

  return {
    async find(id) {
      const [found] = await images({ Name: "image-id", Values: [id] });
      if (found === undefined) return undefined;
      const image = stored(found);
      return image.lastNamed !== undefined && (await isUsed(id)) ? { ...image, lastNamed: today() } : image;
    },
    async list() {
      const found = await images({ Name: "tag:service", Values: [service] }, { Name: "tag-key", Values: ["recipe"] });
      return found.map(stored);
    },
    mark: ({ id }, tag) => set(id, { [tag]: today() }),
    async unmark({ id }, tag) {
      await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: tag }] }));
    },
    setLastNamed: ({ id }, day) => set(id, { [lastNamed]: day }),
    async delete({ id }) {
      const [image] = await images({ Name: "image-id", Values: [id] });
      await ec2.send(new DeregisterImageCommand({ ImageId: id }));
      for (const { Ebs: disk } of image?.BlockDeviceMappings ?? [])
        if (disk?.SnapshotId) await ec2.send(new DeleteSnapshotCommand({ SnapshotId: disk.SnapshotId }));
      const record = tagMap(image?.Tags ?? []).Ec2ImageBuilderArn;
      if (record !== undefined) await deleteRecord(region, record);
    },
  };
}

/** Deletes Image Builder's record of an image, which costs nothing and counts towards a quota. */
async function deleteRecord(region: string, imageBuildVersionArn: string): Promise<void> {
  const builder = new ImagebuilderClient(clientSettings(region, "image-builder"));
  try {
    await builder.send(new DeleteImageCommand({ imageBuildVersionArn }));
  } catch (error) {
    if (!isError(error, "ResourceNotFoundException", "InvalidRequestException")) throw error;
  }
}

/** A launch counts as a release that names the image. */
function stored({ ImageId = "", Tags = [], LastLaunchedTime: launched }: Image): StoredImage {
  const tags = tagMap(Tags);
  const day = tags[lastNamed];
  const later = day !== undefined && launched !== undefined && launched.slice(0, 10) > day;
  return { id: ImageId, tags: Object.keys(tags), lastNamed: later ? launched.slice(0, 10) : day };
}

import type { World } from "../../world";
import { diskProblem, type Disks } from "./disks";
import type { LaunchProblem } from "./records";

/** What an instance is launched with, as far as the cloud judges it only then. */
export interface Launch extends Disks {
  imageId: string;
  sizeGiB: number;
  isEncrypted: boolean;
  requiresToken: boolean;
}

/**
 * Zones in which a system disk cannot be encrypted when an instance is created: see SystemDisk.Encrypted in
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances
 */
const withoutEncryption = ["cn-hongkong-d", "ap-southeast-1a"];

/**
 * Why the cloud launches no such instance; undefined if it does. An image that a test has not described has 20 GiB, and
 * its system works with session tokens. The codes of the first two problems are not documented.
 */
export function problemOfLaunch(world: World, launch: Launch): LaunchProblem | undefined {
  const image = world.machines.tables.images.get(launch.imageId);
  // https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimage, Features.ImdsSupport
  if (launch.requiresToken && image?.imdsSupport === "v1")
    return {
      code: "InvalidParameter.HttpTokens",
      message: `HttpTokens cannot be required, because ImdsSupport of the image ${launch.imageId} is v1.`,
    };
  if (launch.isEncrypted && withoutEncryption.includes(launch.zoneId))
    return {
      code: "InvalidParameter.EncryptedNotSupported",
      message: `A system disk cannot be encrypted in the zone ${launch.zoneId}.`,
    };
  if (launch.sizeGiB < (image?.sizeGiB ?? 20))
    return {
      code: "InvalidSystemDiskSize.LessThanImageSize",
      message: `The system disk of ${launch.sizeGiB} GiB is smaller than the image.`,
    };
  return diskProblem(world, launch);
}

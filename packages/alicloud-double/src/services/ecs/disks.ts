import type { World } from "../../world";
import type { LaunchProblem } from "./records";

/** What an instance's disks depend on. */
export interface Disks {
  /** The instance type; empty where it is not known. */
  instanceType: string;
  zoneId: string;
  /** The category of the system disk, and those of the data disks; undefined for the type's default. */
  system: string | undefined;
  data: readonly (string | undefined)[];
}

const enhanced = ["cloud_essd", "cloud_auto", "cloud_regional_disk_auto"];
const entry = "cloud_essd_entry";
/** https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-runinstances, SystemDisk.Category */
const systemCategories = ["cloud", "cloud_efficiency", "cloud_ssd", "cloud_essd", "cloud_auto", entry];
const dataCategories = [
  ...systemCategories,
  "cloud_regional_disk_auto",
  "elastic_ephemeral_disk_standard",
  "elastic_ephemeral_disk_premium",
];

/** Why an instance cannot have disks of these categories, in the order of RunInstances' parameters. */
export function diskProblem(world: World, { instanceType, zoneId, system, data }: Disks): LaunchProblem | undefined {
  const isOffered = (category: string) =>
    isOfType(instanceType, category) && !world.machines.lacksDisks(category, zoneId);
  if (system !== undefined && !(systemCategories.includes(system) && isOffered(system)))
    return {
      code: "InvalidSystemDiskCategory.ValueNotSupported",
      message: `The specified parameter 'SystemDisk.Category' is not supported: ${system}.`,
    };
  if (data.some((category) => category !== undefined && !(dataCategories.includes(category) && isOffered(category))))
    return {
      code: "InvalidDataDiskCategory.NotSupported",
      message: "Specified disk category is not supported.",
    };
  return undefined;
}

/**
 * Whether a type of instance takes disks of a category. Of the families, those from the seventh generation on take
 * enhanced disks only, and entry disks are for two families: the page above, and
 * https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-instance-families
 */
function isOfType(instanceType: string, category: string): boolean {
  if (category === entry) return instanceType === "" || /^ecs\.(e|u1)-/.test(instanceType);
  return !/^ecs\.[cgr]([7-9]|\d\d)/.test(instanceType) || enhanced.includes(category);
}

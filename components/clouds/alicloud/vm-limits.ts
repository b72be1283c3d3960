import { type Problem, problemIf } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import {
  type CheckedRelease,
  checkForm,
  checkSecretForms,
  checkInstanceType,
  checkUserData,
  type UserDataTexts,
  releasesOf,
} from "../limits";
import { longestOwnVariables } from "../app-environment";
import { cheapestInstanceType } from "./instance-types";
import { checkNoContainerFields } from "./limits";
import { isForMachines, zonesOf } from "./regions";
import { secretForm } from "./secret-form";
import { renderUserData, userDataLimit } from "./user-data";

/**
 * https://www.alibabacloud.com/help/en/ecs/user-guide/essds: a system disk of the encrypted category that is used here.
 */
const largestSystemDiskGiB = 2048;

/**
 * An image's id: m- and letters and digits; the public ones are named by their file.
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages
 */
const machineImage = {
  pattern: /^m-[a-z0-9]{10,32}$|^[a-z0-9_-]+_\d{8}\.vhd$/i,
  what: "a machine image's id such as m-bp1g7004ksh0oeuc9t1h on vm",
};

/** Everything that Alibaba Cloud would refuse of virtual machines, found without a request to it. */
export function checkVm(service: ValidFields, region: string): Problem[] {
  return [
    ...releasesOf(service).flatMap((release) => checkRelease(release, service, region)),
    ...checkNoContainerFields(service),
    ...checkMachineZones(service, region),
  ];
}

/** Machines have encrypted system disks, which some zones lack. */
function checkMachineZones({ network = {} }: ValidFields, region: string): Problem[] {
  if (!("zones" in network) || network.zones === undefined) return [];
  const { zones } = network;
  const because = (zone: string) => `because system disks cannot be encrypted in ${zone}`;
  if (typeof zones === "number") {
    const known = zonesOf(region) ?? [];
    const first = known.findIndex((zone) => !isForMachines(zone));
    const message = `must be at most ${first} on vm in ${region}, ${because(known[first] ?? "")}, got ${zones}`;
    return problemIf(
      first >= 0 && zones > first && zones <= known.length,
      "unsupported-zone",
      "network.zones",
      message,
    );
  }
  return zones.flatMap((zone, index) =>
    problemIf(
      zone !== undefined && !isForMachines(zone),
      "unsupported-zone",
      `network.zones[${index}]`,
      `must be another zone on vm, ${because(zone ?? "")}`,
    ),
  );
}

function checkRelease(release: CheckedRelease, service: ValidFields, region: string): Problem[] {
  const {
    prefix,
    own: { disk, image },
  } = release;
  return [
    ...checkInstanceType(release, (size, architecture) => cheapestInstanceType(size, architecture, region)),
    ...(typeof image === "object"
      ? checkForm(image.build?.from, machineImage, `${prefix}image.build.from`)
      : checkForm(image, machineImage, `${prefix}image`)),
    ...problemIf(
      disk?.sizeGiB !== undefined && disk.sizeGiB > largestSystemDiskGiB,
      "out-of-range",
      `${prefix}disk.sizeGiB`,
      `must be at most ${largestSystemDiskGiB} on ECS, got ${disk?.sizeGiB ?? ""}`,
    ),
    ...checkUserData(release, (texts) => longestUserData(texts, service, region), userDataLimit),
    ...checkSecretForms(release, secretForm(region)),
  ];
}

/** User data with the longest names of the resources that it mentions. */
function longestUserData({ variables, secrets }: UserDataTexts, { files }: ValidFields, region: string): string {
  const long = "x".repeat(64);
  return renderUserData({
    region,
    variables: { ...variables, ...longestOwnVariables },
    secrets,
    roleName: long,
    machineMark: long,
    share: files?.share && { server: `${long}.nas.aliyuncs.com`, folder: long, path: files.share.path ?? long },
  });
}

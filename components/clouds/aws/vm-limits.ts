import { type Problem, problemIf } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import { machineImagesStay, refusePullableBy } from "../image-limits";
import {
  type CheckedRelease,
  checkForm,
  checkInstanceType,
  checkUserData,
  type UserDataTexts,
  releasesOf,
} from "../limits";
import { longestOwnVariables } from "../app-environment";
import { cheapestInstanceType } from "./instance-types";
import { renderUserData, userDataLimit } from "./user-data";

const machineImage = {
  pattern: /^ami-[0-9a-f]{8}([0-9a-f]{9})?$/,
  what: "a machine image's id such as ami-0123456789abcdef0 on vm",
};

/** Everything that AWS would refuse of virtual machines, found without a request to it. */
export function checkVm(service: ValidFields, region: string): Problem[] {
  return [
    ...refusePullableBy(service, machineImagesStay),
    ...releasesOf(service).flatMap((release) => checkRelease(release, service, region)),
  ];
}

function checkRelease(release: CheckedRelease, service: ValidFields, region: string): Problem[] {
  const {
    prefix,
    own: { image },
  } = release;
  return [
    ...checkInstanceType(release, cheapestInstanceType),
    ...(typeof image === "object"
      ? checkForm(image.build?.from, machineImage, `${prefix}image.build.from`)
      : checkForm(image, machineImage, `${prefix}image`)),
    ...checkUserData(release, (texts) => longestUserData(texts, service, region), userDataLimit),
    ...checkSecrets(release),
  ];
}

/** User data with the longest names of the resources that it mentions. */
function longestUserData({ variables, secrets }: UserDataTexts, { name = "", files }: ValidFields, region: string) {
  const long = "x".repeat(64);
  return renderUserData({
    region,
    variables: { ...variables, ...longestOwnVariables },
    secrets,
    logGroupName: `/${name}/${long}`,
    share: files?.share && { fileSystemId: long, accessPointId: long, path: files.share.path ?? long },
  });
}

/**
 * The seventh part of a secret's ARN is its name; what follows names a field, which ECS supports and the AWS CLI does
 * not.
 */
function checkSecrets({ prefix, own: { secrets = {} } }: CheckedRelease): Problem[] {
  return Object.entries(secrets).flatMap(([name, reference]) =>
    problemIf(
      typeof reference === "string" && reference.includes(":secretsmanager:") && reference.split(":").length > 7,
      "secret-field",
      `${prefix}secrets.${name}`,
      "names one field of the secret, which only containers can read; give the secret's own ARN",
    ),
  );
}

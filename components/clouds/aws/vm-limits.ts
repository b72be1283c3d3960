import { type Problem, problemIf } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import {
  type CheckedRelease,
  checkEnvironmentBytes,
  checkForm,
  checkInstanceType,
  environmentBytesIn,
  releasesOf,
} from "../limits";
import { cheapestInstanceType } from "./instance-types";
import { userDataLimit } from "./user-data";

const machineImage = {
  pattern: /^ami-[0-9a-f]{8}([0-9a-f]{9})?$/,
  what: "a machine image's id such as ami-0123456789abcdef0 on vm",
};

/** Everything that AWS would refuse of virtual machines, found without a request to it. */
export function checkVm(service: ValidFields): Problem[] {
  return releasesOf(service).flatMap((release) => {
    const {
      prefix,
      own: { image, environment },
    } = release;
    return [
      ...checkInstanceType(release, cheapestInstanceType),
      ...(typeof image === "object"
        ? checkForm(image.build?.from, machineImage, `${prefix}image.build.from`)
        : checkForm(image, machineImage, `${prefix}image`)),
      ...checkEnvironmentBytes(environment, `${prefix}environment`, environmentBytesIn(userDataLimit), "on vm"),
      ...checkSecrets(release),
    ];
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
      `${prefix}secrets.${name}`,
      "names one field of the secret, which only containers can read; give the secret's own ARN",
    ),
  );
}

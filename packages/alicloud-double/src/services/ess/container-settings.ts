import type { Fields } from "../../protocol/fields";
import { Refusal } from "../../refusal";

/**
 * Refuses what CreateEciScalingConfiguration does not accept of the containers.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createeciscalingconfiguration
 */
export function validateContainers(fields: Fields): void {
  const containers = fields.list("Container");
  const initContainers = fields.list("InitContainer");
  if (containers.length === 0) throw new Refusal("MissingParameter.Container", "A container is missing.");
  validateGroupName(fields.string("ContainerGroupName"));
  const volumes = new Set(fields.list("Volume").map((one) => one.string("Name")));
  for (const [parts, prefix] of [
    [containers, ""],
    [initContainers, "InitContainer"],
  ] as const)
    for (const part of parts) {
      if (!part.string("Image")) throw new Refusal("MissingParameter.Image", "A container's image is missing.");
      atMost(part.strings("Arg"), limits.arguments, "Arg");
      atMost(part.strings("Command"), limits.commandParts, "Command");
      const variables = part.list(`${prefix}EnvironmentVar`);
      atMost(variables, limits.variables, "EnvironmentVar");
      for (const variable of variables) {
        const key = variable.string("Key") ?? "";
        if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(key)) throw invalid("EnvironmentVar.Key", key);
        if (Buffer.byteLength(variable.string("Value") ?? "") > limits.valueBytes)
          throw invalid("EnvironmentVar.Value", key);
      }
      for (const mount of part.list(`${prefix}VolumeMount`))
        if (!volumes.has(mount.string("Name"))) throw invalid("VolumeMount.Name", mount.string("Name") ?? "");
    }
}

const limits = { arguments: 10, commandParts: 20, variables: 100, valueBytes: 256 } as const;

/** https://www.alibabacloud.com/help/en/eci/developer-reference/api-eci-2018-08-08-createcontainergroup */
function validateGroupName(name: string | undefined): void {
  if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,126}[a-z0-9]$/.test(name)) throw invalid("ContainerGroupName", name);
}

function atMost(list: readonly unknown[], limit: number, name: string): void {
  if (list.length > limit) throw invalid(name, `${list.length} of at most ${limit}`);
}

function invalid(name: string, value: string): Refusal {
  return new Refusal(`InvalidParameter.${name}`, `The parameter ${name} is invalid: ${value}.`);
}

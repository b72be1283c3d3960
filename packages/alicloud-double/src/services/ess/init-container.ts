import type { Value } from "../../models/shape";
import { asText } from "../../values";
import type { World } from "../../world";
import { pullProblem } from "../cr/pull";
import { isAllowed } from "../ram/decision";

type Settings = Readonly<Record<string, unknown>>;

/**
 * Why a container group's init containers keep its app from starting, in their order; undefined if all of them end
 * well. The app starts only then:
 * https://www.alibabacloud.com/help/en/eci/user-guide/use-init-containers
 *
 * The double runs no container. Of an init container it plays the one thing that the project's does: it reads, with the
 * container group's role, each secret of KMS that one of its variables names.
 */
export function initProblem(world: World, settings: Settings, vSwitchId: string): string | undefined {
  const containers = (settings["InitContainer"] ?? []) as readonly Record<string, Value>[];
  const problems = containers.map(
    (container) =>
      pullProblem(world, asText(container["Image"]), vSwitchId, settings["AcrRegistryInfo"] as Value) ??
      secretsProblem(world, asText(settings["RamRoleName"]), container),
  );
  return problems.find((problem) => problem !== undefined);
}

const secretName = /^acs:kms:[a-z0-9-]+:\d{16}:secret\/(?<name>.+)$/;

function secretsProblem(world: World, role: string, container: Readonly<Record<string, Value>>): string | undefined {
  const variables = (container["InitContainerEnvironmentVar"] ?? []) as readonly Record<string, Value>[];
  const secrets = variables.map(({ Value: value }) => asText(value)).filter((value) => secretName.test(value));
  const problems = secrets.map((secret) => readProblem(world, role, secret));
  const found = problems.find((problem) => problem !== undefined);
  return found && `InitContainerFailed: the init container ${asText(container["Name"])} exited with 1: ${found}`;
}

/** https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getsecretvalue */
function readProblem(world: World, role: string, secret: string): string | undefined {
  const key = world.keyOfSecret(secretName.exec(secret)?.groups?.["name"] ?? "");
  if (key === undefined) return `Forbidden.ResourceNotFound: Resource not found: ${secret}`;
  const keyName = `${secret.slice(0, secret.indexOf(":secret/"))}:key/${key}`;
  const isReadable =
    isAllowed(world, role, "kms:GetSecretValue", secret) &&
    (key === "" || isAllowed(world, role, "kms:Decrypt", keyName));
  return isReadable ? undefined : `Forbidden.NoPermission: This operation is forbidden by permission system: ${secret}`;
}

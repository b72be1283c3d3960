import type { Fields } from "../../protocol/fields";
import { Refusal } from "../../refusal";
import type { World } from "../../world";
import type { RegistryInstance } from "./records";

/** The instance of Container Registry that a request names. */
export function findInstance(world: World, fields: Fields): RegistryInstance {
  const id = fields.string("InstanceId") ?? "";
  const instance = world.registries.instances.get(id);
  if (!instance) throw new Refusal("INSTANCE_NOT_EXIST", `The instance ${id} does not exist.`);
  return instance;
}

/** What AWS refuses and the emulator accepts; one subject per file. */
import { balancers } from "./balancers";
import { dependencies } from "./dependencies";
import { endpoints } from "./endpoints";
import { listeners } from "./listeners";
import { machineGroups } from "./machine-groups";
import type { Refusal } from "./refusal";
import { roles } from "./roles";
import { routes } from "./routes";
import { rules } from "./rules";
import { securityGroups } from "./security-groups";
import { services } from "./services";
import { subnets } from "./subnets";

/** The refusals of one emulator. */
export function refusals(): Refusal[] {
  return [
    ...[balancers(), listeners(), rules()],
    ...[dependencies(), endpoints(), routes(), securityGroups(), subnets()],
    ...[machineGroups(), roles(), services()],
  ];
}

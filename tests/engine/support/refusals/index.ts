/** What AWS refuses and the emulator accepts; one subject per file. */
import type { AccountState } from "../account";
import type { Shares } from "../gaps/shares";
import { accountLimits } from "./account";
import { balancers } from "./balancers";
import { dependencies } from "./dependencies";
import { endpoints } from "./endpoints";
import { launchTemplates } from "./launch-templates";
import { listeners } from "./listeners";
import { machineGroups } from "./machine-groups";
import type { Refusal } from "./refusal";
import { roles } from "./roles";
import { routes } from "./routes";
import { rules } from "./rules";
import { schedules } from "./schedules";
import { securityGroups } from "./security-groups";
import { services } from "./services";
import { subnets } from "./subnets";
import { tags } from "./tags";
import { taskDefinitions } from "./task-definitions";

/** The refusals of one emulator, for an account. */
export function refusals(account: AccountState, shares: Shares): Refusal[] {
  return [
    // First, because it counts the calls that arrive.
    schedules(),
    ...accountLimits(account),
    ...[tags(), balancers(), listeners(), rules()],
    ...[dependencies(), endpoints(), routes(), securityGroups(), subnets()],
    ...[launchTemplates(), machineGroups(shares), roles(), services(), taskDefinitions()],
  ];
}

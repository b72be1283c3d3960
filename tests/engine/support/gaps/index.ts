/** The corrections of the emulator's answers where they differ from AWS's and a test depends on it; one per file. */
import { Balancers } from "./balancers";
import { Bounds } from "./bounds";
import type { AccountState } from "../account";
import type { Distrust } from "../trust";
import type { Correction } from "./correction";
import { Endpoints } from "./endpoints";
import { Filters } from "./filters";
import { oneTimeActions } from "./one-time-actions";
import { Forwards } from "./forwards";
import { Groups, type SimulatedInstance } from "./groups";
import { Launches } from "./launches";
import { Quotas } from "./quotas";
import { SecurityGroupRules } from "./security-group-rules";
import { schedules } from "./schedules";
import { Services } from "./services";
import type { Shares } from "./shares";
import { Tasks } from "./tasks";
import { Templates } from "./templates";
import { Trust } from "./trust";
import { TargetGroups } from "./target-groups";
import { Targets, type GroupHealth } from "./targets";
import { Zones } from "./zones";

/** Sources of facts that the emulator does not have. Without one, the emulator's own answer is kept. */
export interface Sources {
  /** The instances of an Auto Scaling group. */
  instances?: (group: string) => readonly SimulatedInstance[];
  /** Whether the tasks of an ECS service stop before they run. */
  cannotStart?: (service: string) => boolean;
  /** The health of a target group, as the load balancer sees it. */
  health?: (targetGroupArn: string) => GroupHealth;
}

/** The corrections of one emulator. They store what it forgets, so create them once per emulator. */
export function emulatorGaps(
  sources: Sources,
  { account, shares, lostCredentials }: { account: AccountState; shares: Shares; lostCredentials: Distrust[] },
): Correction[] {
  return [
    new Balancers(),
    new Bounds(),
    new Endpoints(),
    new Filters(),
    oneTimeActions,
    new Forwards(),
    new Groups((group) => sources.instances?.(group)),
    // After the groups' zones and instances.
    new Launches(account),
    new Quotas(account),
    schedules,
    new SecurityGroupRules(),
    new Services(
      (service) => sources.cannotStart?.(service) ?? false,
      (taskDefinition) => shares.isUnresolvedByTask(taskDefinition),
    ),
    shares,
    new Tasks(),
    new Templates(),
    new Trust((lost) => lostCredentials.push(lost)),
    new TargetGroups(),
    new Targets((arn) => sources.health?.(arn)),
    new Zones(),
  ];
}

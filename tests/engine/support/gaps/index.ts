/** Everything in which the emulator's answers differ from AWS's, as far as the tests meet it; one correction per file. */
import type { Correction } from "./correction";
import { Endpoints } from "./endpoints";
import { Filters } from "./filters";
import { Forwards } from "./forwards";
import { Groups, type PlayedInstance } from "./groups";
import { Services } from "./services";
import { Templates } from "./templates";
import { Targets, type GroupHealth } from "./targets";

/** Where facts come from that the emulator cannot know; each may be missing, and then its own word stands. */
export interface Sources {
  /** The instances of an Auto Scaling group. */
  instances?: (group: string) => readonly PlayedInstance[];
  /** What the load balancer finds out about a target group. */
  health?: (targetGroupArn: string) => GroupHealth;
}

/** The corrections of one emulator. They remember what it forgets, so they live as long as it does. */
export function emulatorGaps(sources: Sources): Correction[] {
  return [
    new Endpoints(),
    new Filters(),
    new Forwards(),
    new Groups((group) => sources.instances?.(group)),
    new Services(),
    new Templates(),
    new Targets((arn) => sources.health?.(arn)),
  ];
}

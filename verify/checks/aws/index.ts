import { images } from "../../../components/clouds/aws/image-stores.remote";
import type { Subject } from "../../subject";
import type { Check } from "../../verdict";
import { judgeBounds, judgeTriggers } from "../bounds";
import type { AppAnswer } from "../files";
import { markChecks } from "../image-marks";
import { trafficChecks } from "../traffic";
import { readGroups } from "./groups";
import { imageChecks } from "./images";
import { logChecks } from "./logs";
import { openingChecks } from "./openings";
import { quotaChecks } from "./quotas";
import { readRules } from "./traffic";

export { disruptorOf } from "./disruption";
export { prerequisitesOf } from "./prerequisites";

/**
 * The checks of a service on AWS, in the order of the table. `url` is the address as this machine reaches it, `answer`
 * what the app says of itself.
 */
export function checksOf(subject: Subject, url: string | undefined, answer: AppAnswer): Check[] {
  const groups = readGroups(subject);
  // Both checks report the failure of the requests that they share.
  groups.catch(() => undefined);
  return [
    ...trafficChecks(subject, url, () => readRules(subject)),
    ...logChecks(subject, answer),
    { name: "bounds of the groups", run: async () => judgeBounds((await groups).bounds) },
    { name: "triggers and schedules", run: async () => judgeTriggers((await groups).triggers) },
    ...openingChecks(subject),
    ...imageChecks(subject),
    ...markChecks(subject, images.locate),
    ...quotaChecks(subject),
  ];
}

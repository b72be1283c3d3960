import { codeOf } from "../../../components/clouds/alicloud/api.remote";
import { images } from "../../../components/clouds/alicloud/image-stores.remote";
import type { Subject } from "../../subject";
import type { Check } from "../../verdict";
import { judgeBounds, judgeTriggers } from "../bounds";
import type { AppAnswer } from "../files";
import { markChecks } from "../image-marks";
import { logCheck, logMinutes } from "../logs";
import { trafficChecks } from "../traffic";
import { Clients } from "./clients";
import { readGroups } from "./groups";
import { imageChecks } from "./images";
import { readGroupInstances } from "./instances";
import { openingChecks } from "./openings";
import { quotaChecks } from "./quotas";
import { readRules } from "./traffic";

export { disruptorOf } from "./disruption";
export { prerequisitesOf } from "./prerequisites";

/**
 * The checks of a service on Alibaba Cloud, in the order of the table. `url` is the address as this machine reaches it,
 * `answer` what the app says of itself.
 */
export function checksOf(subject: Subject, url: string | undefined, answer: AppAnswer): Check[] {
  const clients = new Clients(subject.region);
  const groups = readGroups(clients, subject);
  const instances = readGroupInstances(clients, subject);
  // Each check that waits for one of them reports its failure.
  groups.catch(() => undefined);
  instances.catch(() => undefined);
  return [
    ...trafficChecks(subject, url, () => readRules(clients, subject)),
    logCheck(subject.logs, () => countLines(clients, subject), answer),
    { name: "bounds of the groups", run: async () => judgeBounds((await groups).bounds) },
    { name: "triggers and schedules", run: async () => judgeTriggers((await groups).triggers) },
    ...openingChecks(clients, subject, () => instances),
    ...imageChecks(clients, subject),
    ...markChecks(subject, images.locate),
    ...quotaChecks(clients, subject),
  ];
}

/** https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getlogs */
async function countLines(clients: Clients, { logs }: Subject): Promise<number | undefined> {
  const [project = "", store = ""] = logs.split("/");
  const to = Math.ceil(Date.now() / 1000);
  const query = {
    type: "log",
    from: String(to - logMinutes * 60),
    to: String(to),
    line: "1",
    offset: "0",
    query: "*",
  };
  try {
    const lines = await clients
      .sls()
      .request<readonly unknown[]>("GET", { project, path: `/logstores/${store}`, query });
    return Array.isArray(lines) ? lines.length : 0;
  } catch (error) {
    if (/^(Project|LogStore)NotExist$/.test(codeOf(error))) return undefined;
    throw error;
  }
}

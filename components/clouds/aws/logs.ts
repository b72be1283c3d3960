import { type Context, childContext } from "../context";
import { storeArgs, storeOptions } from "../kept-store";
import { LogStore } from "./log-store";
import { consoleOf } from "./regions";
import { tagsOf } from "./tags";

/**
 * Days for which CloudWatch Logs can keep logs.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const retentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Registers the service's log group. */
export function logGroup(service: Context): LogStore {
  const resource = `${service.name}-logs`;
  const context = childContext(service, "logs", resource);
  const { region } = service.facts;
  const { retentionDays, whenRemoved } = service.spec.logs;
  const page = `${consoleOf(region)}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/{id}`;
  const args = storeArgs(context, { resource, tags: tagsOf(context, resource), whenRemoved, page });
  return new LogStore(resource, { ...args, retentionDays }, storeOptions(context.parent));
}

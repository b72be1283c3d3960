import * as aws from "@pulumi/aws";
import { type Context, childContext } from "../context";
import { tagsOf } from "./tags";

/**
 * Days for which CloudWatch Logs can keep logs.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const retentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Registers the service's log group. */
export function logGroup(service: Context): aws.cloudwatch.LogGroup {
  const resource = `${service.name}-logs`;
  const context = childContext(service, "logs", resource);
  return new aws.cloudwatch.LogGroup(
    resource,
    { retentionInDays: service.spec.logs.retentionDays, tags: tagsOf(context, resource) },
    { parent: context.parent },
  );
}

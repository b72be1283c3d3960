import type { BalancerMetrics } from "../support/balancer-metrics";
import type { TargetAnswer } from "./data-plane-options";

/** Counts a request in the metrics of its load balancer. */
export function countIn(
  metrics: BalancerMetrics,
  { listenerArn, targetGroupArn, status, milliseconds }: TargetAnswer,
): void {
  const loadBalancer = /:listener\/(app\/[^/]+\/[^/]+)\//.exec(listenerArn)?.[1] ?? "";
  metrics.count(loadBalancer, targetGroupArn.split(":").at(-1) ?? "", {
    requests: 1,
    errors: (status ?? 0) >= 500 ? 1 : 0,
    connectionErrors: status === undefined ? 1 : 0,
    seconds: status === undefined ? 0 : milliseconds / 1000,
  });
}

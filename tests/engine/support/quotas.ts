/** The limits of load balancing, which the emulator lacks. */
import { type Correction, element, inside } from "./gaps/correction";

/** Limits that a test may change, by their names, and what answers with them. */
export function balancingLimits(): { readonly limits: Map<string, number>; readonly correction: Correction } {
  // Those of an account that has raised none:
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
  const limits = new Map([
    ["target-groups", 3000],
    ["target-groups-per-application-load-balancer", 100],
    ["targets-per-application-load-balancer", 1000],
    ["rules-per-application-load-balancer", 100],
  ]);
  const change = () => {
    const members = [...limits].map(([name, max]) => inside("member", element("Name", name), element("Max", max)));
    const result = inside("DescribeAccountLimitsResult", inside("Limits", ...members));
    const namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
    const body = `<DescribeAccountLimitsResponse xmlns="${namespace}">${result}</DescribeAccountLimitsResponse>`;
    return { status: 200, body };
  };
  return { limits, correction: { match: ({ action }) => action === "DescribeAccountLimits", change } };
}

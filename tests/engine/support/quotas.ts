/** Service Quotas and the limits of load balancing, which the emulator lacks. */
import type { AwsCall } from "./aws-call";
import { type Correction, element, inside } from "./gaps/correction";

/** Quotas that a test may change; by code, or by the name of a limit of load balancing. */
export function emulatedQuotas(): { readonly limits: Map<string, number>; readonly correction: Correction } {
  // The defaults of a new account:
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
  const limits = new Map([
    ["L-3032A538", 6],
    ["L-1216C47A", 5],
    ["L-0263D0A3", 5],
    ["L-F678F1CE", 5],
    ["target-groups", 3000],
    ["target-groups-per-application-load-balancer", 100],
    ["rules-per-application-load-balancer", 100],
  ]);
  const correction: Correction = {
    match: (call) => call.service === "servicequotas" || call.action === "DescribeAccountLimits",
    change: (_answer, call) => (call.service === "servicequotas" ? quota(call) : accountLimits()),
  };
  return { limits, correction };

  function quota({ parameters: { ServiceCode, QuotaCode } }: AwsCall) {
    const code = String(QuotaCode);
    const Value = limits.get(code);
    if (Value === undefined) {
      const message = "The request failed because the specified quota does not exist.";
      return { status: 400, body: JSON.stringify({ __type: "NoSuchResourceException", Message: message }) };
    }
    return { status: 200, body: JSON.stringify({ Quota: { ServiceCode, QuotaCode, Value, GlobalQuota: false } }) };
  }

  function accountLimits() {
    const members = [...limits]
      .filter(([name]) => !name.startsWith("L-"))
      .map(([name, max]) => inside("member", element("Name", name), element("Max", max)));
    const result = inside("DescribeAccountLimitsResult", inside("Limits", ...members));
    return {
      status: 200,
      body: `<DescribeAccountLimitsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">${result}</DescribeAccountLimitsResponse>`,
    };
  }
}

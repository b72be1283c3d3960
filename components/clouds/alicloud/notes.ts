import type { ServiceSpec } from "../../spec";

/** Notes for the plan of a service on Alibaba Cloud, in whole sentences. */
export function notes({ network, scaling }: ServiceSpec): string[] {
  return [
    // https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/alb-instance
    "The load balancer answers under its addresses, one of which is in url, and under a name of your own: give your " +
      "domain's name a CNAME to loadBalancer.dnsName, which itself gets no answer.",
    ...(scaling.some((trigger) => trigger.kind === "schedule")
      ? [
          "Auto Scaling repeats a schedule for a year at most. The first update of each quarter extends the schedules; " +
            "without an update in nine months they end.",
        ]
      : []),
    ...("vpcId" in network
      ? [
          "The zones and ranges of your vSwitches are looked up in the update; " +
            "until then the plan and a preview do not know them.",
        ]
      : []),
  ];
}

import type { ExistingNetwork, ServiceSpec } from "../../spec";
import { dayOf, recurrenceEnd, utcCronWrongFrom } from "./cron";
import { shortestHook } from "./timings";
import { enterpriseHost } from "../registry-hosts";

/**
 * The scheduled tasks that an account may have by default; Quota Center raises it.
 * https://www.alibabacloud.com/help/doc-detail/25863.htm
 */
const taskQuota = 20;

/**
 * How many scheduled tasks a service has while an update replaces a release: each release has a task for each schedule,
 * and the one that leaves has its own until it is gone.
 */
function taskNote({ scaling, releases }: ServiceSpec): string[] {
  const tasks = scaling.filter((trigger) => trigger.kind === "schedule").length * (releases.length + 1);
  if (tasks === 0) return [];
  return [
    tasks > taskQuota
      ? `An update needs ${tasks} scheduled tasks of Auto Scaling, and an account has ${taskQuota} by default: without a higher ` +
        "quota it fails. Raise it in Quota Center first, or have fewer schedules or releases."
      : `An update needs ${tasks} of the ${taskQuota} scheduled tasks of Auto Scaling that an account has by default.`,
  ];
}

/** What images in a registry that is closed by default need, which the stack does not have. */
function registryNotes({ compute, network, registry, releases }: ServiceSpec): string[] {
  if (compute !== "container" || "vpcId" in network || registry !== undefined) return [];
  const images = releases.map(({ shape: { image } }) =>
    "reference" in image ? image.reference : `${image.repository}/`,
  );
  const hosts = [...new Set(images.flatMap((image) => enterpriseHost.exec(image)?.[0] ?? []))];
  return hosts.map((host) =>
    host.includes("-registry-vpc.")
      ? `${host} answers in no new network: give the id of its instance (cri-…) as alicloud.registry, and the stack ` +
        "links its network to it."
      : `${host} admits nobody from the internet by default: give the id of its instance (cri-…) as ` +
        "alicloud.registry and its -registry-vpc address, or admit the addresses of the NAT gateways in its access " +
        "control list.",
  );
}

/** Until when schedules run, and until when those in time zones with daylight saving time run at the right hour. */
function scheduleNotes({ scaling }: ServiceSpec): string[] {
  const schedules = scaling.filter((trigger) => trigger.kind === "schedule");
  if (schedules.length === 0) return [];
  return [
    `Auto Scaling repeats a schedule for a year at most: after an update now they run until ${dayOf(recurrenceEnd())}. The ` +
      "first update of each quarter extends them; without an update in nine months they end.",
    ...schedules.flatMap(({ schedule, timezone }) => {
      const wrongFrom = utcCronWrongFrom(schedule, timezone);
      return wrongFrom === undefined
        ? []
        : [
            `Auto Scaling runs schedules in UTC: "${schedule}" in ${timezone} is right until ${dayOf(wrongFrom)}, when clocks ` +
              "have changed there. From then on it is off by that change, until the next update moves it.",
          ];
    }),
  ];
}

/** How long a running release waits for another instance: see ADR 35. */
function startNote({ scaling, releases }: ServiceSpec): string[] {
  const seconds = Math.max(shortestHook, ...releases.map(({ shape }) => shape.health.startWithin));
  return scaling.length === 0
    ? []
    : [
        `An instance that a trigger adds gets requests ${seconds} s after it was launched, also if its app starts ` +
          "faster: keep health.startWithin close to what the app needs.",
      ];
}

/** vSwitches with both the load balancer and instances: the instances admit the whole range of the load balancer's. */
function sharedSwitches({ privateSubnetIds, publicSubnetIds = [] }: ExistingNetwork): string[] {
  const shared = publicSubnetIds.filter((id) => typeof id === "string").filter((id) => privateSubnetIds.includes(id));
  if (shared.length === 0) return [];
  return [
    `${shared.join(", ")}: the load balancer and the instances share a vSwitch, so every address in it reaches the app's ` +
      "port. Give the load balancer vSwitches of its own in network.publicSubnetIds.",
  ];
}

/** Notes for the plan of a service on Alibaba Cloud, in whole sentences. */
export function notes(service: ServiceSpec): string[] {
  const { network } = service;
  return [
    // https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/alb-instance
    "The load balancer answers under its addresses, one of which is in url, and under a name of your own: give your " +
      "domain's name a CNAME to loadBalancer.dnsName, which itself gets no answer. In mainland China the " +
      "domain needs an ICP filing.",
    ...scheduleNotes(service),
    ...registryNotes(service),
    ...taskNote(service),
    ...startNote(service),
    ...("vpcId" in network
      ? [
          "The zones and ranges of your vSwitches are looked up in the update; " +
            "until then the plan and a preview do not know them.",
          ...sharedSwitches(network),
        ]
      : []),
  ];
}

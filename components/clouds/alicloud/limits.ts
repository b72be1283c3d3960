import { type Problem, problemIf, show } from "../../stack-file/problems";
import { cronProblem, isTimezone } from "../../stack-file/schedule";
import type { ValidFields } from "../../stack-file/schema";
import { machineImagesStay, refusePullableBy } from "../image-limits";
import { checkExistingNetwork, checkForm, checkNamePrefix, checkPolicies, checkZones, releasesOf } from "../limits";
import { checkPermissions } from "../permissions";
import { utcCron } from "./cron";
import { retentionDays as logRetention } from "./logs";
import { permissionRules } from "./permission-rules";
import { isZoneOf, zonesOf } from "./regions";

/** Everything that Alibaba Cloud would refuse on any platform, found without a request to it. */
export function check(service: ValidFields, region: string): Problem[] {
  const known = zonesOf(region);
  // The settings report an unknown region; everything else depends on a known one.
  if (known === undefined) return [];
  return [
    ...checkNamePrefix(service.name, reservedPrefixes, "Alibaba Cloud"),
    ...releasesOf(service).flatMap(({ own, prefix }) => checkHealth(own.health, prefix)),
    ...checkLoadBalancer(service.loadBalancer),
    ...refusePullableBy(
      service,
      service.compute === "vm"
        ? machineImagesStay
        : "is for containers on AWS: Container Registry grants access to users and roles of its own account only; push the image " +
            "to an instance of the other account too",
    ),
    ...checkRetention(service.logs),
    ...checkExistingNetwork(service.network, {
      vpc: { pattern: /^vpc-[a-z0-9]+$/, what: "a VPC's id such as vpc-bp1aevy8sofi8mh1q2t5a" },
      subnet: { pattern: /^vsw-[a-z0-9]+$/, what: "a vSwitch's id such as vsw-bp1s5fnvk4gn2tws0345c" },
      securityGroup: { pattern: /^sg-[a-z0-9]+$/, what: "a security group's id such as sg-bp67acfmxazb4p" },
    }),
    ...checkZones(service.network, {
      region,
      known,
      what: "zones with ALB",
      isZone: (zone) => isZoneOf(region, zone),
    }),
    ...checkForm(service.tls?.certificate, certificate, "tls.certificate"),
    ...checkPermissions(service.permissions, permissionRules),
    ...checkPolicies(service.policyArns, policy),
    ...checkSchedules(service),
  ];
}

/**
 * Prefixes that names must not have.
 * https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsecuritygroup
 */
const reservedPrefixes = ["acs:", "aliyun"];

/**
 * A certificate's id and the region of the certificate service that holds it.
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/add-an-https-listener
 */
const certificate = {
  pattern: /^\d+-(cn-hangzhou|ap-southeast-1)$/,
  what:
    "a certificate's id and region in Certificate Management Service such as 12345678-cn-hangzhou (ap-southeast-1 " +
    "on the international site)",
};

/**
 * A policy's ARN, or the name of one of the account's own. A system policy needs its ARN, because the type of a policy
 * does not follow from its name.
 * https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-attachpolicytorole
 */
const policy = {
  pattern: /^(acs:ram:\*?:(system|\d{16}):policy\/|(?!Aliyun))[A-Za-z0-9-]{1,128}$/,
  what:
    "the ARN of a RAM policy such as acs:ram:*:system:policy/AliyunOTSReadOnlyAccess, or the name of one of the " +
    "account's own policies",
};

/**
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createservergroup
 */
const healthCheck = { interval: 50, path: /^\/[A-Za-z0-9\-/.%?#&=_;~!()*[\]@$^:',+]{0,79}$/ } as const;

function checkHealth({ interval, path }: ValidFields["health"] = {}, prefix: string): Problem[] {
  return [
    ...problemIf(
      interval !== undefined && interval > healthCheck.interval,
      "out-of-range",
      `${prefix}health.interval`,
      `must be 1 to ${healthCheck.interval} seconds on Alibaba Cloud, got ${interval ?? ""}`,
    ),
    ...problemIf(
      path !== undefined && !healthCheck.path.test(path),
      "invalid-format",
      `${prefix}health.path`,
      `must have at most 80 characters, only letters, digits and common signs, on Alibaba Cloud, got ${show(path)}`,
    ),
  ];
}

/**
 * https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createlistener
 */
const longestIdleSeconds = 600;

function checkLoadBalancer({ idleTimeout }: ValidFields["loadBalancer"] = {}): Problem[] {
  return problemIf(
    idleTimeout !== undefined && idleTimeout > longestIdleSeconds,
    "out-of-range",
    "loadBalancer.idleTimeout",
    `must be 1 to ${longestIdleSeconds} seconds on Alibaba Cloud, got ${idleTimeout ?? ""}`,
  );
}

function checkRetention({ retentionDays }: ValidFields["logs"] = {}): Problem[] {
  return problemIf(
    retentionDays !== undefined && retentionDays > logRetention.max,
    "out-of-range",
    "logs.retentionDays",
    `must be ${logRetention.min} to ${logRetention.max} days on Alibaba Cloud, got ${retentionDays ?? ""}`,
  );
}

/** Checks a service without containers. */
export function checkNoContainerFields({ alicloud }: ValidFields): Problem[] {
  return (["registry", "secretsImage"] as const).flatMap((field) =>
    problemIf(
      alicloud?.[field] !== undefined,
      "not-together",
      `alicloud.${field}`,
      "is only for containers; leave it out",
    ),
  );
}

/**
 * Auto Scaling runs schedules in UTC, without time zones.
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscheduledtask
 */
function checkSchedules({ scaling = [] }: ValidFields): Problem[] {
  return scaling.flatMap((trigger, index) => {
    if (trigger?.kind !== "schedule") return [];
    const { schedule, timezone } = trigger;
    // checks.ts reports an invalid schedule or time zone.
    if (schedule === undefined || cronProblem(schedule) !== undefined) return [];
    if (timezone === undefined || !isTimezone(timezone)) return [];
    return problemIf(
      utcCron(schedule, timezone) === undefined,
      "unsupported-schedule",
      `scaling[${index}].schedule`,
      "is on another day in UTC, in which Alibaba Cloud's schedules run, and five cron fields cannot express " +
        `that; give it with timezone: UTC, or as several triggers, got ${show(schedule)}`,
    );
  });
}

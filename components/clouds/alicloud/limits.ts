import { type Problem, problemIf, show } from "../../stack-file/problems";
import { cronProblem, isTimezone } from "../../stack-file/schedule";
import type { ValidFields } from "../../stack-file/schema";
import {
  type CheckedRelease,
  checkEnvironmentBytes,
  checkExistingNetwork,
  checkForm,
  checkNamePrefix,
  checkPolicies,
  checkZones,
  environmentBytesIn,
  noInstanceType,
  noSize,
  ownSize,
  releasesOf,
  sizeText,
} from "../limits";
import { offsetOf, utcCron } from "./cron";
import { cheapestEci, cheapestInstanceType, isEciSize } from "./instance-types";
import { retentionDays as logRetention } from "./logs";
import { isZoneOf, zonesOf } from "./regions";
import { enterpriseRepository } from "./registry-address";
import { userDataLimit } from "./user-data";

/** Everything that Alibaba Cloud would refuse, found without a request to it. */
export function check(service: ValidFields, region: string): Problem[] {
  return [
    ...checkNamePrefix(service.name, reservedPrefixes, "Alibaba Cloud"),
    ...releasesOf(service).flatMap((release) => [...checkInstance(release, region), ...checkSecrets(release, region)]),
    ...checkRepository(service, region),
    ...checkHealth(service.health),
    ...checkLoadBalancer(service.loadBalancer),
    ...checkRetention(service.logs),
    ...checkExistingNetwork(service.network, {
      vpc: { pattern: /^vpc-[a-z0-9]+$/, what: "a VPC's id such as vpc-bp1aevy8sofi8mh1q2t5a" },
      subnet: { pattern: /^vsw-[a-z0-9]+$/, what: "a vSwitch's id such as vsw-bp1s5fnvk4gn2tws0345c" },
    }),
    ...checkZones(service.network, {
      region,
      known: zonesOf(region),
      listHint: "list two or more in which both ALB and the instances are offered",
      what: "zones with ALB",
      isZone: (zone) => isZoneOf(region, zone),
    }),
    ...checkForm(service.tls?.certificate, certificate, "tls.certificate"),
    ...checkPolicies(service.policyArns, policy),
    ...checkSchedules(service),
    ...checkTags(service.tags),
  ];
}

/** Prefixes that names and tags must not have. https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsecuritygroup */
const reservedPrefixes = ["acs:", "aliyun"];

/** A certificate's id and the region of the certificate service that holds it. https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/add-an-https-listener */
const certificate = {
  pattern: /^\d+-(cn-hangzhou|ap-southeast-1)$/,
  what: "a certificate's id and region in Certificate Management Service such as 12345678-cn-hangzhou (ap-southeast-1 on the international site)",
};

/**
 * A policy's ARN, or the name of one of the account's own. A system policy needs its ARN, because the type of a policy does
 * not follow from its name. https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-attachpolicytorole
 */
const policy = {
  pattern: /^(acs:ram:\*?:(system|\d{16}):policy\/|(?!Aliyun))[A-Za-z0-9-]{1,128}$/,
  what: "the ARN of a RAM policy such as acs:ram:*:system:policy/AliyunOTSReadOnlyAccess, or the name of one of the account's own policies",
};

/** https://www.alibabacloud.com/help/en/ecs/user-guide/essds: a system disk of the encrypted category that is used here. */
const largestSystemDiskGiB = 2048;

function checkInstance(release: CheckedRelease, region: string): Problem[] {
  const {
    prefix,
    own: { disk, environment },
    whole: { compute },
  } = release;
  return [
    ...checkSize(release),
    ...checkImage(release, region),
    ...problemIf(
      compute === "vm" && disk?.sizeGiB !== undefined && disk.sizeGiB > largestSystemDiskGiB,
      `${prefix}disk.sizeGiB`,
      `must be at most ${largestSystemDiskGiB} on ECS, got ${disk?.sizeGiB ?? ""}`,
    ),
    ...(compute === "vm"
      ? checkEnvironmentBytes(environment, `${prefix}environment`, environmentBytesIn(userDataLimit), "on vm")
      : []),
    ...(compute === "container" ? checkContainer(release) : []),
  ];
}

/** ECI has sizes of its own for x86_64 alone; for arm64 it runs on instance types. */
function checkSize(release: CheckedRelease): Problem[] {
  const { compute } = release.whole;
  const asked = ownSize(release);
  if (asked === undefined || compute === undefined) return [];
  const { size, architecture } = asked;
  const path = `${release.prefix}size`;
  if (compute === "vm" || architecture === "arm64")
    return problemIf(!cheapestInstanceType(size, architecture), path, noInstanceType(size, architecture));
  if (isEciSize(size)) return [];
  const nearest = cheapestEci(size);
  const hint = nearest
    ? `the cheapest that fits is ${sizeText(nearest)}`
    : "the largest is { cpu: 64, memoryGiB: 512 }";
  return [{ path, message: noSize("ECI", size, hint) }];
}

/** An image's id: m- and letters and digits; the public ones are named by their file. https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages */
const machineImage = {
  pattern: /^m-[a-z0-9]{10,32}$|^[a-z0-9_-]+_\d{8}\.vhd$/i,
  what: "a machine image's id such as m-bp1g7004ksh0oeuc9t1h on vm",
};

/** Registries that instances reach without the internet. https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs */
const insideRegistry =
  /^(registry-vpc\.[a-z0-9-]+\.aliyuncs\.com|[a-z0-9-]+-registry-vpc\.[a-z0-9-]+\.cr\.aliyuncs\.com)\//;

function checkImage({ prefix, own: { image }, whole }: CheckedRelease, region: string): Problem[] {
  if (whole.compute === "vm")
    return typeof image === "object"
      ? checkForm(image.build?.from, machineImage, `${prefix}image.build.from`)
      : checkForm(image, machineImage, `${prefix}image`);
  return problemIf(
    whole.compute === "container" && typeof image === "string" && isOffline(whole) && !insideRegistry.test(image),
    `${prefix}image`,
    `cannot be pulled without internet access; give an image in registry-vpc.${region}.aliyuncs.com, or a network.egress other than "endpoints", got ${show(image)}`,
  );
}

/** Whether instances have no internet access. */
function isOffline({ network = {} }: ValidFields): boolean {
  return "egress" in network && network.egress === "endpoints";
}

/** No registry that is billed by the hour keeps tags from being overwritten, so the stack creates none for a service. */
function checkRepository(service: ValidFields, region: string): Problem[] {
  const { compute, image, alicloud } = service;
  if (compute !== "container" || typeof image !== "object" || image.build === undefined) return [];
  const path = "image.build.repository";
  const what = `a repository of a Container Registry Enterprise Edition instance, such as books-registry.${region}.cr.aliyuncs.com/team/bookstore`;
  if (!("repository" in image.build))
    return [{ path, message: `is missing: give ${what}; the instance is prepaid, so the stack creates none` }];
  const { repository } = image.build;
  if (repository === undefined) return [];
  const found = enterpriseRepository.exec(repository)?.groups;
  const offline = isOffline(service);
  const hasRegistry = alicloud?.registry !== undefined;
  if (found !== undefined)
    return problemIf(
      found.region !== region && (offline || hasRegistry),
      path,
      `must be in ${region}, got ${show(repository)}`,
    );
  if (hasRegistry)
    return [{ path, message: `must be ${what}, as alicloud.registry is given, got ${show(repository)}` }];
  return problemIf(
    offline,
    path,
    `cannot be reached by instances without internet access; give ${what}, or a network.egress other than "endpoints", got ${show(repository)}`,
  );
}

/** https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createeciscalingconfiguration */
const eci = { variableBytes: 256, commandParts: 20, commandPartBytes: 256 } as const;

function checkContainer({ prefix, own: { environment = {}, command = [] } }: CheckedRelease): Problem[] {
  const bytesOf = (value: unknown) => (typeof value === "string" ? Buffer.byteLength(value) : 0);
  return [
    ...Object.entries(environment).flatMap(([name, value]) =>
      problemIf(
        bytesOf(value) > eci.variableBytes,
        `${prefix}environment.${name}`,
        `must have at most ${eci.variableBytes} bytes on ECI, got ${bytesOf(value)}; put large values into files`,
      ),
    ),
    ...problemIf(
      command.length > eci.commandParts,
      `${prefix}command`,
      `must have at most ${eci.commandParts} strings on ECI, got ${command.length}`,
    ),
    ...command.flatMap((part, index) =>
      problemIf(
        bytesOf(part) > eci.commandPartBytes,
        `${prefix}command[${index}]`,
        `must have at most ${eci.commandPartBytes} bytes on ECI, got ${bytesOf(part)}`,
      ),
    ),
  ];
}

/** https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createservergroup */
const healthCheck = { interval: 50, path: /^\/[A-Za-z0-9\-/.%?#&=_;~!()*[\]@$^:',+]{0,79}$/ } as const;

function checkHealth({ interval, path }: ValidFields["health"] = {}): Problem[] {
  return [
    ...problemIf(
      interval !== undefined && interval > healthCheck.interval,
      "health.interval",
      `must be 1 to ${healthCheck.interval} seconds on Alibaba Cloud, got ${interval ?? ""}`,
    ),
    ...problemIf(
      path !== undefined && !healthCheck.path.test(path),
      "health.path",
      `must have at most 80 characters, only letters, digits and common signs, on Alibaba Cloud, got ${show(path)}`,
    ),
  ];
}

/** https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createlistener */
const longestIdleSeconds = 600;

function checkLoadBalancer({ idleTimeout }: ValidFields["loadBalancer"] = {}): Problem[] {
  return problemIf(
    idleTimeout !== undefined && idleTimeout > longestIdleSeconds,
    "loadBalancer.idleTimeout",
    `must be 1 to ${longestIdleSeconds} seconds on Alibaba Cloud, got ${idleTimeout ?? ""}`,
  );
}

function checkRetention({ retentionDays }: ValidFields["logs"] = {}): Problem[] {
  return problemIf(
    retentionDays !== undefined && retentionDays > logRetention.max,
    "logs.retentionDays",
    `must be ${logRetention.min} to ${logRetention.max} days on Alibaba Cloud, got ${retentionDays ?? ""}`,
  );
}

/**
 * Only virtual machines read secrets by reference.
 * https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createsecret
 */
function checkSecrets({ prefix, own: { secrets = {} }, whole }: CheckedRelease, region: string): Problem[] {
  if (whole.compute !== "vm") return [];
  const form = {
    pattern: new RegExp(`^acs:kms:${region}:\\d{16}:secret/[A-Za-z0-9_/+=.@-]{1,64}$`),
    what: `the resource name of a KMS secret in ${region}, such as acs:kms:${region}:1234567890123456:secret/bookstore-db`,
  };
  return Object.entries(secrets).flatMap(([name, reference]) => checkForm(reference, form, `${prefix}secrets.${name}`));
}

/** Auto Scaling runs schedules in UTC, without time zones. https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscheduledtask */
function checkSchedules({ scaling = [] }: ValidFields): Problem[] {
  return scaling.flatMap((trigger, index) => {
    if (trigger?.kind !== "schedule") return [];
    const { schedule, timezone } = trigger;
    // checks.ts reports an invalid schedule or time zone.
    if (schedule === undefined || cronProblem(schedule) !== undefined) return [];
    if (timezone === undefined || !isTimezone(timezone)) return [];
    if (offsetOf(timezone) === undefined)
      return [
        {
          path: `scaling[${index}].timezone`,
          message: `must be a time zone without daylight saving time, such as Asia/Shanghai or UTC, because Alibaba Cloud's schedules run in UTC, got ${show(timezone)}`,
        },
      ];
    return problemIf(
      utcCron(schedule, timezone) === undefined,
      `scaling[${index}].schedule`,
      `is on another day in UTC, in which Alibaba Cloud's schedules run, and five cron fields cannot express that; give it with timezone: UTC, or as several triggers, got ${show(schedule)}`,
    );
  });
}

/** https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-tagresources */
const tagLimits = { name: 64, value: 128, prefixes: [...reservedPrefixes, "http://", "https://"] } as const;

function checkTags(tags: ValidFields["tags"] = {}): Problem[] {
  return Object.entries(tags).flatMap(([name, value = ""]) => {
    const path = `tags.${name}`;
    const prefix = tagLimits.prefixes.find((one) => name.startsWith(one) || value.startsWith(one));
    if (prefix !== undefined)
      return [{ path, message: `neither the name nor the value of a tag can begin with "${prefix}" on Alibaba Cloud` }];
    return [
      ...problemIf(
        name.length > tagLimits.name,
        path,
        `must have at most ${tagLimits.name} characters in its name on Alibaba Cloud, got ${name.length}`,
      ),
      ...problemIf(
        value.length > tagLimits.value,
        path,
        `must have at most ${tagLimits.value} characters on Alibaba Cloud, got ${value.length}`,
      ),
    ];
  });
}

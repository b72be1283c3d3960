import { cronProblem } from "../../stack-file/schedule";
import { forCloud, isBuild, namedImage } from "../../stack-file/per-cloud";
import { type Problem, show } from "../../stack-file/problems";
import type { WrittenBuild, Written } from "../../stack-file/schema";
import { offsetOf, utcCron } from "./cron";
import { retentionDays } from "./logs";
import { isZoneOf, zonesOf } from "./regions";
import { enterpriseRepository } from "./names";
import { cheapestEci, cheapestInstanceType, isEciSize } from "./instance-types";
import { userDataLimit } from "./user-data";

/** Everything that Alibaba Cloud would refuse, found without asking it. */
export function check(service: Written, region: string): Problem[] {
  return [
    ...checkName(service.name),
    ...checkInstances(service, "", service, region),
    ...(service.releases ?? []).flatMap((release, index) =>
      checkInstances({ ...service, ...release }, `releases[${index}].`, release, region),
    ),
    ...checkHealth(service.health),
    ...checkBalancer(service.loadBalancer),
    ...checkRetention(service.logs),
    ...checkNetwork(service.network, region),
    ...checkCertificate(service),
    ...checkSecrets(service, region),
    ...checkSchedules(service),
    ...checkTags(service.tags),
  ];
}

/** Beginnings that names and tags must not have. https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createsecuritygroup */
const reserved = ["acs:", "aliyun"];

function checkName(name: string | undefined): Problem[] {
  const beginning = reserved.find((one) => name?.startsWith(one));
  return beginning === undefined
    ? []
    : [
        {
          path: "name",
          message: `must not begin with "${beginning}", which Alibaba Cloud keeps for itself, got ${show(name)}`,
        },
      ];
}

/** https://www.alibabacloud.com/help/en/ecs/user-guide/essds: a system disk of the kind that is encrypted here. */
const largestSystemDiskGiB = 2048;

/** https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createeciscalingconfiguration */
const eci = { variableBytes: 256, commandParts: 20, commandPartBytes: 256 } as const;

type Own = Pick<Written, "size" | "architecture" | "disk" | "image" | "environment" | "command">;

/** What a release inherits is told once, of the service; of a further release only what is its own. */
function checkInstances(service: Written, prefix: string, own: Own, region: string): Problem[] {
  const { compute, architecture = "x86_64" } = service;
  if (compute === undefined) return [];
  const size = (own.size ?? own.architecture) ? service.size : undefined;
  return [
    ...(size ? checkSize(size, compute, architecture, `${prefix}size`) : []),
    ...(compute === "vm" && own.disk && own.disk.sizeGiB > largestSystemDiskGiB
      ? [
          {
            path: `${prefix}disk.sizeGiB`,
            message: `must be at most ${largestSystemDiskGiB} on ECS, got ${own.disk.sizeGiB}`,
          },
        ]
      : []),
    ...checkImage(service, prefix, own, region),
    ...(compute === "vm" ? checkUserData(own.environment, prefix) : checkContainer(own, prefix)),
  ];
}

function checkSize(
  size: NonNullable<Written["size"]>,
  compute: "container" | "vm",
  architecture: "x86_64" | "arm64",
  path: string,
): Problem[] {
  if (compute === "container" && architecture === "x86_64") {
    if (isEciSize(size)) return [];
    const nearest = cheapestEci(size);
    return [
      {
        path,
        message: `ECI has no size of ${size.cpu} vCPU with ${size.memoryGiB} GiB; ${nearest ? `the cheapest that fits is { cpu: ${nearest.cpu}, memoryGiB: ${nearest.memoryGiB} }` : "the largest is { cpu: 64, memoryGiB: 512 }"}`,
      },
    ];
  }
  return cheapestInstanceType(size, architecture)
    ? []
    : [
        {
          path,
          message: `no ${architecture} instance type has ${size.cpu} vCPU and ${size.memoryGiB} GiB; take less, and more instances`,
        },
      ];
}

/** An image's id: m- and letters and digits; the public ones are named by their file. https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages */
const imageId = /^m-[a-z0-9]{10,32}$|^[a-z0-9_-]+_\d{8}\.vhd$/i;

/** Registries that instances reach without the internet. https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-over-vpcs */
const insideRegistry =
  /^(registry-vpc\.[a-z0-9-]+\.aliyuncs\.com|[a-z0-9-]+-registry-vpc\.[a-z0-9-]+\.cr\.aliyuncs\.com)\//;

function checkImage({ compute, network }: Written, prefix: string, { image }: Own, region: string): Problem[] {
  if (image === undefined) return [];
  const { named: here, path, baked } = namedImage(image, "alicloud", prefix);
  if (here === undefined) return [];
  if (compute === "vm")
    return imageId.test(here)
      ? []
      : [{ path, message: `must be a machine image's id such as m-bp1g7004ksh0oeuc9t1h on vm, got ${show(here)}` }];
  const shut = network !== undefined && "egress" in network && network.egress === "endpoints";
  if (baked) return isBuild(image) ? checkRepository(image.build, shut, region) : [];
  return shut && !insideRegistry.test(here)
    ? [
        {
          path,
          message: `cannot be fetched without a way to the internet; give one at registry-vpc.${region}.aliyuncs.com, or a network.egress other than "endpoints", got ${show(here)}`,
        },
      ]
    : [];
}

/** There is no registry to be had by the hour that keeps tags from being overwritten, so a service gets none of its own. */
function checkRepository({ repository: written, registry }: WrittenBuild, shut: boolean, region: string): Problem[] {
  const repository = written && forCloud(written, "alicloud");
  const path =
    written === undefined || typeof written === "string" ? "image.build.repository" : "image.build.repository.alicloud";
  const what = `one of a Container Registry Enterprise Edition instance, such as books-registry.${region}.cr.aliyuncs.com/team/bookstore`;
  if (repository === undefined)
    return [{ path, message: `is missing: give ${what}; the instance is prepaid, so the stack makes none` }];
  const here = enterpriseRepository.exec(repository)?.groups;
  if (here === undefined) {
    if (registry !== undefined)
      return [{ path, message: `must be ${what}, where registry is given, got ${show(repository)}` }];
    return shut
      ? [
          {
            path,
            message: `cannot be reached by instances without a way to the internet; give ${what}, or a network.egress other than "endpoints", got ${show(repository)}`,
          },
        ]
      : [];
  }
  return here.region === region || (!shut && registry === undefined)
    ? []
    : [{ path, message: `must be in ${region}, got ${show(repository)}` }];
}

function checkUserData(environment: Own["environment"], prefix: string): Problem[] {
  const bytes = Buffer.byteLength(
    Object.entries(environment ?? {})
      .map(([key, value]) => `${key}="${value}"\n`)
      .join(""),
  );
  // Base64 makes 4 bytes of 3; what the service itself tells the machine takes up to 4 KiB.
  const limit = Math.floor(((userDataLimit - 4096) * 3) / 4);
  return bytes <= limit
    ? []
    : [
        {
          path: `${prefix}environment`,
          message: `must have at most ${limit} bytes in all on vm, got ${bytes}; put large texts into files`,
        },
      ];
}

function checkContainer({ environment = {}, command = [] }: Own, prefix: string): Problem[] {
  return [
    ...Object.entries(environment).flatMap(([name, value]) => {
      const bytes = Buffer.byteLength(value);
      return bytes <= eci.variableBytes
        ? []
        : [
            {
              path: `${prefix}environment.${name}`,
              message: `must have at most ${eci.variableBytes} bytes on ECI, got ${bytes}; put large texts into files`,
            },
          ];
    }),
    ...(command.length > eci.commandParts
      ? [
          {
            path: `${prefix}command`,
            message: `must have at most ${eci.commandParts} texts on ECI, got ${command.length}`,
          },
        ]
      : []),
    ...command.flatMap((part, index) =>
      Buffer.byteLength(part) > eci.commandPartBytes
        ? [
            {
              path: `${prefix}command[${index}]`,
              message: `must have at most ${eci.commandPartBytes} bytes on ECI, got ${Buffer.byteLength(part)}`,
            },
          ]
        : [],
    ),
  ];
}

/** https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createservergroup */
const healthCheck = { interval: 50, path: /^\/[A-Za-z0-9\-/.%?#&=_;~!()*[\]@$^:',+]{0,79}$/ } as const;

function checkHealth(health: Written["health"]): Problem[] {
  if (health === undefined) return [];
  const { interval, path } = health;
  return [
    ...(interval > healthCheck.interval
      ? [
          {
            path: "health.interval",
            message: `must be 1 to ${healthCheck.interval} seconds on Alibaba Cloud, got ${interval}`,
          },
        ]
      : []),
    ...(typeof path === "string" && !healthCheck.path.test(path)
      ? [
          {
            path: "health.path",
            message: `must have at most 80 characters, letters, digits and common signs, on Alibaba Cloud, got ${show(path)}`,
          },
        ]
      : []),
  ];
}

/** https://www.alibabacloud.com/help/en/slb/application-load-balancer/developer-reference/api-alb-2020-06-16-createlistener */
const longestIdleSeconds = 600;

function checkBalancer(balancer: Written["loadBalancer"]): Problem[] {
  if (balancer === undefined || balancer.idleTimeout <= longestIdleSeconds) return [];
  return [
    {
      path: "loadBalancer.idleTimeout",
      message: `must be 1 to ${longestIdleSeconds} seconds on Alibaba Cloud, got ${balancer.idleTimeout}`,
    },
  ];
}

function checkRetention(logs: Written["logs"]): Problem[] {
  if (logs === undefined || logs.retentionDays <= retentionDays.max) return [];
  return [
    {
      path: "logs.retentionDays",
      message: `must be ${retentionDays.min} to ${retentionDays.max} days on Alibaba Cloud, got ${logs.retentionDays}`,
    },
  ];
}

function checkNetwork(network: Written["network"], region: string): Problem[] {
  if (network === undefined) return [];
  if ("vpcId" in network) {
    const subnets = (["privateSubnetIds", "publicSubnetIds"] as const).flatMap((field) =>
      (network[field] ?? []).map((id, index, all) => ({
        path: `network.${field}[${index}]`,
        id,
        twice: all.indexOf(id) !== index,
      })),
    );
    return [
      ...(/^vpc-[a-z0-9]+$/.test(network.vpcId)
        ? []
        : [
            {
              path: "network.vpcId",
              message: `must be a VPC's id such as vpc-bp1aevy8sofi8mh1q2t5a, got ${show(network.vpcId)}`,
            },
          ]),
      ...subnets.flatMap(({ path, id, twice }) =>
        twice
          ? [{ path, message: `${show(id)} is there twice` }]
          : /^vsw-[a-z0-9]+$/.test(id)
            ? []
            : [{ path, message: `must be a vSwitch's id such as vsw-bp1s5fnvk4gn2tws0345c, got ${show(id)}` }],
      ),
    ];
  }
  const known = zonesOf(region);
  const { zones } = network;
  if (typeof zones === "number") {
    if (known === undefined)
      return [
        {
          path: "network.zones",
          message: `the zones of ${region} are not known here; name two or more in which both ALB and the instances can be, as a list`,
        },
      ];
    return zones > known.length
      ? [
          {
            path: "network.zones",
            message: `${region} has ${known.length} zones with ALB, got ${zones}`,
          },
        ]
      : [];
  }
  return zones.flatMap((zone, index) => {
    const path = `network.zones[${index}]`;
    if (zones.indexOf(zone) !== index) return [{ path, message: `${show(zone)} is there twice` }];
    return isZoneOf(region, zone)
      ? []
      : [{ path, message: `is no zone of ${region}, got ${show(zone)}; known: ${(known ?? []).join(", ")}` }];
  });
}

/** A certificate's id and the region of the certificate service that holds it. https://www.alibabacloud.com/help/en/slb/application-load-balancer/user-guide/add-an-https-listener */
const certificateId = /^\d+-(cn-hangzhou|ap-southeast-1)$/;

function checkCertificate({ tls }: Written): Problem[] {
  if (tls === undefined) return [];
  const here = forCloud(tls.certificate, "alicloud");
  const path = typeof tls.certificate === "string" ? "tls.certificate" : "tls.certificate.alicloud";
  if (here !== undefined && certificateId.test(here)) return [];
  const what =
    "a certificate's id and region in Certificate Management Service such as 12345678-cn-hangzhou (ap-southeast-1 on the international site)";
  return [{ path, message: here === undefined ? `is missing: give ${what}` : `must be ${what}, got ${show(here)}` }];
}

/** https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-createsecret */
function checkSecrets(service: Written, region: string): Problem[] {
  if (service.compute !== "vm") return [];
  const pattern = new RegExp(`^acs:kms:${region}:\\d{16}:secret/[A-Za-z0-9_/+=.@-]{1,64}$`);
  const what = `the resource name of a KMS secret in ${region}, such as acs:kms:${region}:1234567890123456:secret/bookstore-db`;
  return [
    { prefix: "", secrets: service.secrets },
    ...(service.releases ?? []).map((release, index) => ({
      prefix: `releases[${index}].`,
      secrets: release.secrets,
    })),
  ].flatMap(({ prefix, secrets = {} }) =>
    Object.entries(secrets).flatMap(([name, value]) => {
      const here = forCloud(value, "alicloud");
      const path = `${prefix}secrets.${name}${typeof value === "string" ? "" : ".alicloud"}`;
      if (here !== undefined && pattern.test(here)) return [];
      return [
        { path, message: here === undefined ? `is missing: give ${what}` : `must be ${what}, got ${show(here)}` },
      ];
    }),
  );
}

/** Auto Scaling runs schedules in UTC and knows no time zones. https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createscheduledtask */
function checkSchedules({ scaling = [] }: Written): Problem[] {
  return scaling.flatMap((trigger, index) => {
    if (!("schedule" in trigger) || cronProblem(trigger.schedule) !== undefined) return [];
    const { schedule, timezone } = trigger;
    if (!isTimezone(timezone)) return [];
    if (offsetOf(timezone) === undefined)
      return [
        {
          path: `scaling[${index}].timezone`,
          message: `Alibaba Cloud's schedules run in UTC and do not follow clocks that change in summer; give a time zone without, such as Asia/Shanghai or UTC, got ${show(timezone)}`,
        },
      ];
    if (utcCron(schedule, timezone) === undefined)
      return [
        {
          path: `scaling[${index}].schedule`,
          message: `falls on another day in UTC, in which Alibaba Cloud's schedules run, and cannot be said in five fields there; give it with timezone: UTC, or as several triggers, got ${show(schedule)}`,
        },
      ];
    return [];
  });
}

/** What is no time zone has been told by the checks of every cloud. */
function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-tagresources */
const tagLimits = { name: 64, value: 128, beginnings: [...reserved, "http://", "https://"] } as const;

function checkTags(tags: Written["tags"] = {}): Problem[] {
  return Object.entries(tags).flatMap(([name, value]) => {
    const path = `tags.${name}`;
    const beginning = tagLimits.beginnings.find((one) => name.startsWith(one) || value.startsWith(one));
    if (beginning !== undefined)
      return [{ path, message: `neither a tag nor its text may begin with "${beginning}" on Alibaba Cloud` }];
    if (name.length > tagLimits.name)
      return [
        {
          path,
          message: `must have at most ${tagLimits.name} characters in its name on Alibaba Cloud, got ${name.length}`,
        },
      ];
    return value.length > tagLimits.value
      ? [
          {
            path,
            message: `must have at most ${tagLimits.value} characters on Alibaba Cloud, got ${value.length}`,
          },
        ]
      : [];
  });
}

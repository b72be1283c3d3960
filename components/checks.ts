import ipaddr from "ipaddr.js";
import type { Cloud, Feature } from "./clouds/cloud";
import { type Problem, show } from "./stack-file/problems";
import { cronProblem, knowsTimezone } from "./stack-file/schedule";
import type { Written, WrittenService } from "./stack-file/schema";
import { checkBuild } from "./baking/build";
import type { MetricTrigger, ScheduleTrigger, Trigger } from "./spec";
import { isBuild, namedImage } from "./stack-file/per-cloud";

/** Finds what one field says against another, and what the chosen cloud lacks or refuses. */
export function checkCommon(service: Written, cloud: Cloud): Problem[] {
  return [
    ...(service.instances ? checkInstances(service.instances, "instances") : []),
    ...checkImages(service, cloud),
    ...checkHealth(service.health),
    ...checkVariables(service, "", service),
    ...(service.scaling ?? []).flatMap((trigger, index) => checkTrigger(trigger, `scaling[${index}]`, service)),
    ...checkNetwork(service),
    ...checkReleases(service),
    ...checkGate(service.gate),
    ...checkCapabilities(service, cloud),
    ...cloud.check(service),
  ];
}

function checkInstances({ min, max = min, start = min }: WrittenService["instances"], path: string): Problem[] {
  return [
    ...(max < min ? [{ path: `${path}.max`, message: `must not be below min (${min}), got ${max}` }] : []),
    ...(max >= min && (start < min || start > max)
      ? [
          {
            path: `${path}.start`,
            message: `must be from min (${min}) to max (${max}), got ${start}`,
          },
        ]
      : []),
  ];
}

const digest = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

function checkImages(service: Written, cloud: Cloud): Problem[] {
  const { image } = service;
  const images = [
    { prefix: "", image },
    ...(service.releases ?? []).map((r, i) => ({ prefix: `releases[${i}].`, image: r.image })),
  ];
  const builds = image !== undefined && isBuild(image) ? checkBuild(image.build, service.compute) : [];
  return [
    ...builds,
    ...images.flatMap(({ prefix, image }) => {
      if (image === undefined) return [];
      const { named, path } = namedImage(image, cloud.name, prefix);
      if (named === undefined) return [{ path, message: `is missing: give the image that ${cloud.name} can reach` }];
      if (service.compute !== "container" || digest.test(named)) return [];
      return [
        {
          path,
          message: `must name the image by its digest (registry/name@sha256: and 64 hexadecimal digits), because a tag can move, got ${show(named)}`,
        },
      ];
    }),
  ];
}

function checkHealth(health: Written["health"]): Problem[] {
  if (health === undefined) return [];
  const { interval, timeout, startWithin } = health;
  const thresholds = (["healthyAfter", "unhealthyAfter"] as const).flatMap((field) =>
    health[field] < 2 * interval || health[field] > 10 * interval
      ? [
          {
            path: `health.${field}`,
            message: `must be 2 to 10 intervals, ${2 * interval} to ${10 * interval} seconds at an interval of ${interval}, got ${health[field]}`,
          },
        ]
      : [],
  );
  return [
    ...(timeout >= interval
      ? [
          {
            path: "health.timeout",
            message: `must be below health.interval (${interval} seconds), got ${timeout}`,
          },
        ]
      : []),
    ...thresholds,
    ...(startWithin < health.healthyAfter
      ? [
          {
            path: "health.startWithin",
            message: `must not be below health.healthyAfter (${health.healthyAfter} seconds), got ${startWithin}`,
          },
        ]
      : []),
  ];
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const taken = /^(PORT$|SERVICE_|FILES_|LOGS_)/;

type Variables = Pick<Written, "environment" | "secrets">;

/** Checks the variables that are `own`; `inherited` are those that a further release has when it gives none itself. */
function checkVariables(own: Variables, prefix: string, inherited: Variables): Problem[] {
  const { environment = inherited.environment ?? {}, secrets = inherited.secrets ?? {} } = own;
  // Told once: of the secret, unless only the environment is the release's own.
  const twice = own.secrets
    ? { field: "secrets", other: "environment", names: environment }
    : { field: "environment", other: "secrets", names: secrets };
  const names = (["environment", "secrets"] as const).flatMap((field) =>
    Object.keys(own[field] ?? {}).map((name) => ({ path: `${prefix}${field}.${name}`, field, name })),
  );
  return names.flatMap(({ path, field, name }) => {
    if (!variableName.test(name))
      return [
        { path, message: "is no name of an environment variable: letters, digits and underscores, no digit first" },
      ];
    if (taken.test(name))
      return [
        {
          path,
          message: "is a name that the service sets itself; choose one other than PORT, SERVICE_*, FILES_* and LOGS_*",
        },
      ];
    if (field === twice.field && Object.hasOwn(twice.names, name))
      return [{ path, message: `is in ${twice.other} too; give it in one place` }];
    return [];
  });
}

function checkTrigger(trigger: Partial<Trigger>, path: string, service: Written): Problem[] {
  if (isSchedule(trigger)) {
    const unsound = cronProblem(trigger.schedule);
    return [
      ...(unsound
        ? [
            {
              path: `${path}.schedule`,
              message: `must be five cron fields, minute hour day-of-month month day-of-week, such as "0 8 * * MON-FRI"; ${unsound}, got ${show(trigger.schedule)}`,
            },
          ]
        : []),
      ...(knowsTimezone(trigger.timezone)
        ? []
        : [
            {
              path: `${path}.timezone`,
              message: `must be a time zone's IANA name such as Asia/Shanghai, got ${show(trigger.timezone)}`,
            },
          ]),
      ...(trigger.max < trigger.min
        ? [
            {
              path: `${path}.max`,
              message: `must not be below min (${trigger.min}), got ${trigger.max}`,
            },
          ]
        : []),
    ];
  }
  if (!isMetric(trigger)) return [];
  const { scaling = [], instances } = service;
  const first = scaling.findIndex((other) => isMetric(other) && other.metric === trigger.metric);
  const fixed = instances && (instances.max ?? instances.min) === instances.min && scaling.every(isMetric);
  return [
    ...(trigger.metric !== "requests" && (trigger.target < 10 || trigger.target > 90)
      ? [
          {
            path: `${path}.target`,
            message: `must be 10 to 90 percent for ${trigger.metric}, got ${trigger.target}`,
          },
        ]
      : []),
    ...(scaling[first] === trigger
      ? []
      : [
          {
            path: `${path}.metric`,
            message: `is the same as scaling[${first}].metric; give one target per metric`,
          },
        ]),
    ...(fixed
      ? [
          {
            path,
            message: `can change nothing while instances.min and instances.max are both ${instances.min}; give a larger instances.max`,
          },
        ]
      : []),
  ];
}

/** A trigger that is wrong on its own is neither. */
function isSchedule(trigger: Partial<Trigger>): trigger is ScheduleTrigger {
  return "schedule" in trigger;
}

function isMetric(trigger: Partial<Trigger>): trigger is MetricTrigger {
  return "metric" in trigger;
}

function checkNetwork({ network, loadBalancer }: Written): Problem[] {
  const problems = (loadBalancer?.allowFrom ?? []).flatMap((range, index, all) => {
    const path = `loadBalancer.allowFrom[${index}]`;
    if (all.indexOf(range) !== index) return [{ path, message: `${show(range)} is there twice` }];
    return isRange(range)
      ? []
      : [
          {
            path,
            message: `must be an IPv4 range that begins at its first address such as 10.0.0.0/16, got ${show(range)}`,
          },
        ];
  });
  if (network === undefined) return problems;
  if ("vpcId" in network) {
    const missing = network.publicSubnetIds === undefined && loadBalancer?.internal === false;
    return missing
      ? [
          ...problems,
          {
            path: "network.publicSubnetIds",
            message: "is missing: give the subnets for the load balancer, or set loadBalancer.internal to true",
          },
        ]
      : problems;
  }
  const bits = Number(network.cidr.split("/")[1]);
  const sound =
    isRange(network.cidr) && ipaddr.IPv4.parseCIDR(network.cidr)[0].range() === "private" && bits >= 16 && bits <= 20;
  return sound
    ? problems
    : [
        ...problems,
        {
          path: "network.cidr",
          message: `must be a private IPv4 range from a /16 to a /20 such as 10.0.0.0/16, got ${show(network.cidr)}`,
        },
      ];
}

/** Clouds refuse a range such as 10.0.0.1/16, or read it as 10.0.0.0/16 and show a change for ever. */
function isRange(cidr: string): boolean {
  return ipaddr.IPv4.isValidCIDR(cidr) && ipaddr.IPv4.networkAddressFromCIDR(cidr).toString() === cidr.split("/")[0];
}

function checkReleases(service: Written): Problem[] {
  const { releases = [] } = service;
  const total = releases.reduce((sum, release) => sum + release.weight, 0);
  return [
    ...(total > 100
      ? [{ path: "releases", message: `the weights must not add up to more than 100 percent, got ${total}` }]
      : []),
    ...releases.flatMap((release, index) => [
      ...(release.instances ? checkInstances(release.instances, `releases[${index}].instances`) : []),
      ...checkVariables(release, `releases[${index}].`, service),
    ]),
  ];
}

function checkGate(gate: Written["gate"]): Problem[] {
  if (gate === undefined || gate.within > gate.answers) return [];
  return [
    {
      path: "gate.within",
      message: `must be above gate.answers (${gate.answers}, one a second), got ${gate.within} seconds`,
    },
  ];
}

function checkCapabilities(service: Written, cloud: Cloud): Problem[] {
  const { compute, scaling = [], files, releases = [] } = service;
  if (compute === undefined) return [];
  const asked: { path: string; feature: Feature }[] = [
    ...scaling.flatMap((trigger: Partial<Trigger>, index): { path: string; feature: Feature }[] => {
      const path = `scaling[${index}]`;
      if (isSchedule(trigger)) return [{ path, feature: "schedule trigger" }];
      return isMetric(trigger) ? [{ path, feature: `${trigger.metric} trigger` }] : [];
    }),
    ...(files?.share === undefined ? [] : [{ path: "files.share", feature: "shared file system" as const }]),
    ...[
      { prefix: "", from: service },
      ...releases.map((from, index) => ({ prefix: `releases[${index}].`, from })),
    ].flatMap(({ prefix, from: { command, secrets = {} } }) => [
      ...(command === undefined ? [] : [{ path: `${prefix}command`, feature: "command" as const }]),
      ...Object.keys(secrets).map((name) => ({ path: `${prefix}secrets.${name}`, feature: "secrets" as const })),
    ]),
  ];
  return asked.flatMap(({ path, feature }) => {
    const capability = cloud.platforms[compute].capabilities[feature];
    return capability.offered ? [] : [{ path, message: capability.because }];
  });
}

import { cronProblem } from "../../stack-file/schedule";
import type { Written } from "../../stack-file/schema";
import { forCloud, isBuild, namedImage } from "../../stack-file/per-cloud";
import { type Problem, show } from "../../stack-file/problems";
import { namesBothDays } from "./cron";
import { retentions } from "./logs";
import { isZoneId, partitionOf, zonesOf } from "./regions";
import { cheapestFargate, cheapestInstanceType, isFargateSize } from "./instance-types";
import { userDataLimit } from "./user-data";

/** Everything that AWS would refuse, found without asking it. */
export function check(service: Written, region: string): Problem[] {
  return [
    ...checkName(service.name),
    ...checkInstances(service, "", service),
    ...(service.releases ?? []).flatMap((release, index) =>
      checkInstances({ ...service, ...release }, `releases[${index}].`, release),
    ),
    ...checkBuild(service.image),
    ...checkHealth(service.health),
    ...checkRetention(service.logs),
    ...checkNetwork(service.network, region),
    ...checkReferences(service, region),
    ...checkSchedules(service),
    ...Object.keys(service.tags ?? {}).flatMap((tag) =>
      /^aws:/i.test(tag) || tag.length > 128
        ? [{ path: `tags.${tag}`, message: "must not begin with aws: and must have at most 128 characters" }]
        : [],
    ),
  ];
}

/** Names derived from the service's own go to services that keep some beginnings to themselves. */
function checkName(name: string | undefined): Problem[] {
  const reserved = ["sg-", "internal-", "xn--", "sthree-", "aws", "amzn"].find((beginning) =>
    name?.startsWith(beginning),
  );
  return reserved === undefined
    ? []
    : [{ path: "name", message: `must not begin with "${reserved}", which AWS keeps for itself, got ${show(name)}` }];
}

/** What a release inherits is told once, of the service; of a further release only what is its own. */
function checkInstances(
  service: Written,
  prefix: string,
  own: Pick<Written, "size" | "architecture" | "disk" | "image" | "environment">,
): Problem[] {
  const { compute, architecture = "x86_64" } = service;
  const { disk, image, environment = {} } = own;
  const size = (own.size ?? own.architecture) ? service.size : undefined;
  const problems: Problem[] = [];
  if (size && compute === "container" && !isFargateSize(size)) {
    const nearest = cheapestFargate(size);
    problems.push({
      path: `${prefix}size`,
      message: `Fargate has no size of ${size.cpu} vCPU with ${size.memoryGiB} GiB; ${nearest ? `the cheapest that fits is { cpu: ${nearest.cpu}, memoryGiB: ${nearest.memoryGiB} }` : "the largest is { cpu: 16, memoryGiB: 120 }"}`,
    });
  }
  if (size && compute === "vm" && !cheapestInstanceType(size, architecture)) {
    problems.push({
      path: `${prefix}size`,
      message: `no ${architecture} instance type has ${size.cpu} vCPU and ${size.memoryGiB} GiB; take less, and more instances`,
    });
  }
  if (disk && compute === "container" && disk.sizeGiB > 200)
    problems.push({
      path: `${prefix}disk.sizeGiB`,
      message: `must be at most 200 on Fargate, got ${disk.sizeGiB}`,
    });
  const { named, path = "" } = image === undefined ? {} : namedImage(image, "aws", prefix);
  if (compute === "vm" && named !== undefined && !/^ami-[0-9a-f]{8}([0-9a-f]{9})?$/.test(named)) {
    problems.push({
      path,
      message: `must be a machine image's id such as ami-0123456789abcdef0 on vm, got ${show(named)}`,
    });
  }
  const bytes = Buffer.byteLength(
    Object.entries(environment)
      .map(([key, value]) => `${key}="${value}"\n`)
      .join(""),
  );
  // Base64 makes 4 bytes of 3; what the service itself tells the machine takes up to 4 KiB.
  const limit = compute === "vm" ? Math.floor(((userDataLimit - 4096) * 3) / 4) : 32_768;
  if (bytes > limit)
    problems.push({
      path: `${prefix}environment`,
      message: `must have at most ${limit} bytes in all on ${compute ?? "this compute"}, got ${bytes}; put large texts into files`,
    });
  return problems;
}

function checkBuild(image: Written["image"]): Problem[] {
  const given = image !== undefined && isBuild(image) && image.build.registry !== undefined;
  return given
    ? [
        {
          path: "image.build.registry",
          message: "is for Alibaba Cloud only: on AWS leave repository out too, and the stack makes one in ECR",
        },
      ]
    : [];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
function checkHealth(health: Written["health"]): Problem[] {
  if (health === undefined) return [];
  const { interval, timeout } = health;
  return [
    ...(interval < 5 ? [{ path: "health.interval", message: `must be 5 to 300 seconds on AWS, got ${interval}` }] : []),
    ...(timeout < 2 ? [{ path: "health.timeout", message: `must be 2 to 120 seconds on AWS, got ${timeout}` }] : []),
  ];
}

function checkRetention(logs: Written["logs"]): Problem[] {
  if (logs === undefined || retentions.includes(logs.retentionDays)) return [];
  const next = retentions.find((days) => days > logs.retentionDays);
  return [
    {
      path: "logs.retentionDays",
      message: `CloudWatch Logs has no retention of ${logs.retentionDays} days; the next is ${next} (all: ${retentions.join(", ")})`,
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
      ...(/^vpc-[0-9a-f]+$/.test(network.vpcId)
        ? []
        : [
            {
              path: "network.vpcId",
              message: `must be a VPC's id such as vpc-0123456789abcdef0, got ${show(network.vpcId)}`,
            },
          ]),
      ...subnets.flatMap(({ path, id, twice }) =>
        twice
          ? [{ path, message: `${show(id)} is there twice` }]
          : /^subnet-[0-9a-f]+$/.test(id)
            ? []
            : [{ path, message: `must be a subnet's id such as subnet-0123456789abcdef0, got ${show(id)}` }],
      ),
    ];
  }
  const known = zonesOf(region);
  const { zones } = network;
  if (typeof zones === "number") {
    if (known === undefined)
      return [{ path: "network.zones", message: `the zones of ${region} are not known here; name them as a list` }];
    return zones > known.length
      ? [{ path: "network.zones", message: `${region} has ${known.length} zones, got ${zones}` }]
      : [];
  }
  return zones.flatMap((zone, index) => {
    const path = `network.zones[${index}]`;
    if (zones.indexOf(zone) !== index) return [{ path, message: `${show(zone)} is there twice` }];
    const right = isZoneId(zone) ? (known?.includes(zone) ?? true) : new RegExp(`^${region}[a-z]$`).test(zone);
    return right
      ? []
      : [
          {
            path,
            message: `is no zone of ${region}, got ${show(zone)}; known: ${(known ?? [`${region}a`]).join(", ")}`,
          },
        ];
  });
}

/** References are ARNs of this region: a load balancer takes no certificate, and a task no secret, of another one. */
function checkReferences(service: Written, region: string): Problem[] {
  const wanted = [
    ...(service.tls
      ? [
          {
            path: "tls.certificate",
            value: service.tls.certificate,
            pattern: arn("acm", region, "certificate/"),
            what: `the ARN of an ACM certificate in ${region}`,
          },
        ]
      : []),
    ...[
      { prefix: "", secrets: service.secrets },
      ...(service.releases ?? []).map((release, index) => ({
        prefix: `releases[${index}].`,
        secrets: release.secrets,
      })),
    ].flatMap(({ prefix, secrets = {} }) =>
      Object.entries(secrets).map(([name, value]) => ({
        path: `${prefix}secrets.${name}`,
        value,
        pattern: new RegExp(
          `${arn("secretsmanager", region, "secret:").source}|${arn("ssm", region, "parameter/").source}`,
        ),
        what: `the ARN of a Secrets Manager secret or an SSM parameter in ${region}`,
      })),
    ),
  ];
  return wanted.flatMap(({ path, value, pattern, what }) => {
    const here = forCloud(value, "aws");
    const at = typeof value === "string" ? path : `${path}.aws`;
    // The seventh part of a secret's ARN is its name; what follows names a field, which ECS knows and the aws command does not.
    if (service.compute === "vm" && here?.includes(":secretsmanager:") && here.split(":").length > 7)
      return [
        {
          path: at,
          message: `names one field of the secret, which only containers can fetch; give the secret's own ARN, got ${show(here)}`,
        },
      ];
    return here !== undefined && pattern.test(here)
      ? []
      : [
          {
            path: at,
            message: `${here === undefined ? "is missing: give" : "must be"} ${what}${here === undefined ? "" : `, got ${show(here)}`}`,
          },
        ];
  });
}

function arn(service: string, region: string, resource: string): RegExp {
  return new RegExp(`^arn:${partitionOf(region)}:${service}:${region}:\\d{12}:${resource}[^'\\s]+$`);
}

function checkSchedules({ compute, scaling = [] }: Written): Problem[] {
  return scaling.flatMap((trigger, index) =>
    "schedule" in trigger &&
    compute === "container" &&
    cronProblem(trigger.schedule) === undefined &&
    namesBothDays(trigger.schedule)
      ? [
          {
            path: `scaling[${index}].schedule`,
            message: `AWS's containers know a day of the month or a day of the week, not both; give two triggers, got ${show(trigger.schedule)}`,
          },
        ]
      : [],
  );
}

import { type Problem, problemIf, show } from "../../stack-file/problems";
import { cronProblem } from "../../stack-file/schedule";
import type { Compute, ValidFields } from "../../stack-file/schema";
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
import { namesBothDays } from "./cron";
import { cheapestFargate, cheapestInstanceType, isFargateSize } from "./instance-types";
import { retentions } from "./logs";
import { isZoneId, partitionOf, zonesOf } from "./regions";
import { userDataLimit } from "./user-data";

/** How many bytes the environment may have: EC2's user data and ECS's container definitions are limited. */
const environmentBytes: Readonly<Record<Compute, number>> = {
  vm: environmentBytesIn(userDataLimit),
  container: 32_768,
};

/** Everything that AWS would refuse, found without a request to it. */
export function check(service: ValidFields, region: string): Problem[] {
  const known = zonesOf(region);
  return [
    ...checkNamePrefix(service.name, ["sg-", "internal-", "xn--", "sthree-", "aws", "amzn"], "AWS"),
    ...releasesOf(service).flatMap((release) => [...checkInstance(release), ...checkSecrets(release, region)]),
    ...checkHealth(service.health),
    ...checkRetention(service.logs),
    ...checkExistingNetwork(service.network, {
      vpc: { pattern: /^vpc-[0-9a-f]+$/, what: "a VPC's id such as vpc-0123456789abcdef0" },
      subnet: { pattern: /^subnet-[0-9a-f]+$/, what: "a subnet's id such as subnet-0123456789abcdef0" },
    }),
    ...checkZones(service.network, {
      region,
      known,
      listHint: `list the zones by name, such as ${region}a`,
      what: "zones",
      isZone: (zone) => (isZoneId(zone) ? (known?.includes(zone) ?? true) : new RegExp(`^${region}[a-z]$`).test(zone)),
    }),
    // A load balancer refuses a certificate of another region.
    ...checkForm(
      service.tls?.certificate,
      {
        pattern: arn("acm", region, "\\d{12}", "certificate/"),
        what: `the ARN of an ACM certificate in ${region}`,
      },
      "tls.certificate",
    ),
    ...checkPolicies(service.policyArns, {
      pattern: arn("iam", "", "(\\d{12}|aws)", "policy/"),
      what: `the ARN of an IAM policy such as arn:${partitionOf(region)}:iam::aws:policy/AmazonSQSReadOnlyAccess`,
    }),
    ...checkSchedules(service),
    ...Object.keys(service.tags ?? {}).flatMap((tag) =>
      problemIf(
        /^aws:/i.test(tag) || tag.length > 128,
        `tags.${tag}`,
        "must not begin with aws: and must have at most 128 characters",
      ),
    ),
  ];
}

function checkInstance(release: CheckedRelease): Problem[] {
  const {
    prefix,
    own: { disk, image, environment },
    whole: { compute },
  } = release;
  return [
    ...checkSize(release),
    ...problemIf(
      compute === "container" && disk?.sizeGiB !== undefined && disk.sizeGiB > 200,
      `${prefix}disk.sizeGiB`,
      `must be at most 200 on Fargate, got ${disk?.sizeGiB ?? ""}`,
    ),
    ...(compute === "vm"
      ? checkForm(
          typeof image === "object" ? image.build?.from : image,
          {
            pattern: /^ami-[0-9a-f]{8}([0-9a-f]{9})?$/,
            what: "a machine image's id such as ami-0123456789abcdef0 on vm",
          },
          `${prefix}image${typeof image === "object" ? ".build.from" : ""}`,
        )
      : []),
    ...(compute === undefined
      ? []
      : checkEnvironmentBytes(environment, `${prefix}environment`, environmentBytes[compute], `on ${compute}`)),
  ];
}

function checkSize(release: CheckedRelease): Problem[] {
  const { compute } = release.whole;
  const asked = ownSize(release);
  if (asked === undefined || compute === undefined) return [];
  const { size, architecture } = asked;
  const path = `${release.prefix}size`;
  if (compute === "vm")
    return problemIf(!cheapestInstanceType(size, architecture), path, noInstanceType(size, architecture));
  if (isFargateSize(size)) return [];
  const nearest = cheapestFargate(size);
  const hint = nearest
    ? `the cheapest that fits is ${sizeText(nearest)}`
    : "the largest is { cpu: 16, memoryGiB: 120 }";
  return [{ path, message: noSize("Fargate", size, hint) }];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
function checkHealth({ interval, timeout }: ValidFields["health"] = {}): Problem[] {
  return [
    ...problemIf(
      interval !== undefined && interval < 5,
      "health.interval",
      `must be 5 to 300 seconds on AWS, got ${interval ?? ""}`,
    ),
    ...problemIf(
      timeout !== undefined && timeout < 2,
      "health.timeout",
      `must be 2 to 120 seconds on AWS, got ${timeout ?? ""}`,
    ),
  ];
}

function checkRetention({ retentionDays }: ValidFields["logs"] = {}): Problem[] {
  if (retentionDays === undefined || retentions.includes(retentionDays)) return [];
  const next = retentions.find((days) => days > retentionDays);
  return [
    {
      path: "logs.retentionDays",
      message: `CloudWatch Logs has no retention of ${retentionDays} days; the next longer one is ${next} (all: ${retentions.join(", ")})`,
    },
  ];
}

/** A task takes no secret of another region. */
function checkSecrets(
  { prefix, own: { secrets = {} }, whole: { compute } }: CheckedRelease,
  region: string,
): Problem[] {
  const form = {
    pattern: new RegExp(
      `${arn("secretsmanager", region, "\\d{12}", "secret:").source}|${arn("ssm", region, "\\d{12}", "parameter/").source}`,
    ),
    what: `the ARN of a Secrets Manager secret or an SSM parameter in ${region}`,
  };
  return Object.entries(secrets).flatMap(([name, reference]) => {
    const path = `${prefix}secrets.${name}`;
    // The seventh part of a secret's ARN is its name; what follows names a field, which ECS supports and the AWS CLI does not.
    const namesField =
      typeof reference === "string" && reference.includes(":secretsmanager:") && reference.split(":").length > 7;
    return compute === "vm" && namesField
      ? [
          {
            path,
            message: `names one field of the secret, which only containers can read; give the secret's own ARN, got ${show(reference)}`,
          },
        ]
      : checkForm(reference, form, path);
  });
}

function arn(service: string, region: string, account: string, resource: string): RegExp {
  return new RegExp(`^arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}[^'\\s]+$`);
}

function checkSchedules({ compute, scaling = [] }: ValidFields): Problem[] {
  return scaling.flatMap((trigger, index) => {
    if (trigger?.kind !== "schedule" || trigger.schedule === undefined || compute !== "container") return [];
    const { schedule } = trigger;
    return problemIf(
      cronProblem(schedule) === undefined && namesBothDays(schedule),
      `scaling[${index}].schedule`,
      `must name a day of the month or a day of the week, not both, for AWS's containers; give two triggers, got ${show(schedule)}`,
    );
  });
}

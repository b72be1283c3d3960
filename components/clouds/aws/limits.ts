import { type Problem, problemIf, show } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import {
  type IdForm,
  checkExistingNetwork,
  checkForm,
  checkNamePrefix,
  checkPolicies,
  checkSecretForms,
  checkZones,
  releasesOf,
} from "../limits";
import { checkPermissions } from "../permissions";
import { retentions } from "./logs";
import { permissionRules } from "./permission-rules";
import { checkRoleSize } from "./role-size";
import { isZoneId, partitionOf, zonesOf } from "./regions";

/** Everything that AWS would refuse on any platform, found without a request to it. */
export function check(service: ValidFields, region: string): Problem[] {
  const known = zonesOf(region);
  // The settings report an unknown region; everything else depends on a known one.
  if (known === undefined) return [];
  const form = secretForm(region);
  return [
    ...checkNamePrefix(service.name, ["sg-", "internal-", "xn--", "sthree-", "aws", "amzn"], "AWS"),
    ...releasesOf(service).flatMap((release) => checkSecretForms(release, form)),
    ...releasesOf(service).flatMap(({ own, prefix }) => checkHealth(own.health, prefix)),
    ...checkRetention(service.logs),
    ...checkExistingNetwork(service.network, {
      vpc: { pattern: /^vpc-[0-9a-f]+$/, what: "a VPC's id such as vpc-0123456789abcdef0" },
      subnet: { pattern: /^subnet-[0-9a-f]+$/, what: "a subnet's id such as subnet-0123456789abcdef0" },
      securityGroup: { pattern: /^sg-[0-9a-f]+$/, what: "a security group's id such as sg-0123456789abcdef0" },
    }),
    ...checkSharedSubnets(service.network),
    ...checkZoneKinds(service.network),
    ...checkZones(service.network, {
      region,
      known,
      what: "zones",
      isZone: (zone) => (isZoneId(zone) ? known.includes(zone) : new RegExp(`^${region}[a-p]$`).test(zone)),
    }),
    // A load balancer refuses a certificate of another region.
    ...checkForm(
      service.tls?.certificate,
      {
        pattern: arn(region, `acm:${region}:\\d{12}:certificate/`),
        what: `the ARN of an ACM certificate in ${region}`,
      },
      "tls.certificate",
    ),
    ...checkRules(service),
    ...checkPermissions(service.permissions, permissionRules(region)),
    ...checkRoleSize(service, region),
    ...checkPolicies(service.policyArns, {
      pattern: arn(region, "iam::(\\d{12}|aws):policy/"),
      what: `the ARN of an IAM policy such as arn:${partitionOf(region)}:iam::aws:policy/AmazonSQSReadOnlyAccess`,
    }),
  ];
}

/**
 * A subnet has one route table: with an internet gateway it is public, and instances without a public address reach
 * nothing from it; without one it is private, and no client reaches a load balancer in it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
 */
function checkSharedSubnets(network: ValidFields["network"] = {}): Problem[] {
  if (!("vpcId" in network)) return [];
  const { privateSubnetIds = [], publicSubnetIds = [] } = network;
  return publicSubnetIds.flatMap((id, index) =>
    problemIf(
      typeof id === "string" && privateSubnetIds.includes(id),
      "shared-subnet",
      `network.publicSubnetIds[${index}]`,
      `is also in network.privateSubnetIds: a subnet is public, for the load balancer, or private, for the instances, got ${show(id)}`,
    ),
  );
}

/** A zone's id and its name in an account are not known to be one zone, which then would have two ranges. */
function checkZoneKinds(network: ValidFields["network"] = {}): Problem[] {
  const zones = "zones" in network && Array.isArray(network.zones) ? network.zones : [];
  const known = zones.filter((zone) => zone !== undefined);
  return problemIf(
    known.some(isZoneId) && !known.every(isZoneId),
    "mixed-zones",
    "network.zones",
    `must be all ids such as use1-az1 or all names such as us-east-1a, got ${show(known)}`,
  );
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: a security group has 60 rules for inbound traffic. */
const mostRules = 60;

/** Each range is a rule for each of the load balancer's ports. */
function checkRules({ loadBalancer, tls }: ValidFields): Problem[] {
  const ranges = loadBalancer?.allowFrom?.length ?? 0;
  const most = tls === undefined ? mostRules : mostRules / 2;
  return problemIf(
    ranges > most,
    "wrong-length",
    "loadBalancer.allowFrom",
    `must have at most ${most} ranges ${tls === undefined ? "" : "with tls "}on AWS, got ${ranges}`,
  );
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
function checkHealth({ interval, timeout }: ValidFields["health"] = {}, prefix: string): Problem[] {
  return [
    ...problemIf(
      interval !== undefined && interval < 5,
      "out-of-range",
      `${prefix}health.interval`,
      `must be 5 to 300 seconds on AWS, got ${interval ?? ""}`,
    ),
    ...problemIf(
      timeout !== undefined && timeout < 2,
      "out-of-range",
      `${prefix}health.timeout`,
      `must be 2 to 120 seconds on AWS, got ${timeout ?? ""}`,
    ),
  ];
}

function checkRetention({ retentionDays }: ValidFields["logs"] = {}): Problem[] {
  if (retentionDays === undefined || retentions.includes(retentionDays)) return [];
  const next = retentions.find((days) => days > retentionDays);
  return [
    {
      code: "no-such-retention",
      path: "logs.retentionDays",
      message:
        `CloudWatch Logs has no retention of ${retentionDays} days; the next longer one is ${next} (all: ` +
        `${retentions.join(", ")})`,
    },
  ];
}

/** Instances read no secret of another region. */
function secretForm(region: string): IdForm {
  return {
    pattern: new RegExp(`${secretArn(region).source}|${arn(region, `ssm:${region}:\\d{12}:parameter/`).source}`),
    what:
      `the ARN of a Secrets Manager secret, with the six characters at its end, or of an SSM parameter in ${region}, such as ` +
      `arn:${partitionOf(region)}:secretsmanager:${region}:123456789012:secret:bookstore/db-AbCdEf`,
  };
}

/**
 * A secret's whole ARN, and perhaps a field's name behind it. A policy that names it without the six characters at its end matches
 * nothing. https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
 */
function secretArn(region: string): RegExp {
  const name = "[^':\\s]+-[A-Za-z0-9]{6}(:[^'\\s]*)?";
  return new RegExp(`^arn:${partitionOf(region)}:secretsmanager:${region}:\\d{12}:secret:${name}$`);
}

/** The ARNs in a region's partition that begin with `beginning`, which is without the partition. */
function arn(region: string, beginning: string): RegExp {
  return new RegExp(`^arn:${partitionOf(region)}:${beginning}[^'\\s]+$`);
}

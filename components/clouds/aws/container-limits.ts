import { type Problem, problemIf, show } from "../../stack-file/problems";
import { cronProblem } from "../../stack-file/schedule";
import type { ValidFields } from "../../stack-file/schema";
import { refusePullableBy } from "../image-limits";
import {
  type CheckedRelease,
  checkEnvironmentBytes,
  checkPrivateRegistry,
  isOffline,
  knownTexts,
  longerField,
  noSize,
  ownSize,
  releasesOf,
  sizeText,
} from "../limits";
import { ecrHost } from "../registry-hosts";
import { namesBothDays } from "./cron";
import { cheapestFargate, isFargateSize } from "./instance-types";
import { domainOf, partitionOf } from "./regions";
import { isInEcrOf } from "./registry-address";

/** Bytes that the environment may have in a container definition. */
const environmentBytes = 32_768;

/** Bytes of a task definition: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const definitionBytes = 65_536;

/** At most what a task definition has besides variables, secrets, the command and tags. */
const otherBytes = 4096;

/** Everything that AWS would refuse of containers, found without a request to it. */
export function checkContainer(service: ValidFields, region: string): Problem[] {
  return [
    ...releasesOf(service).flatMap((release) => [
      ...checkRelease(release),
      ...checkPartition(release, region),
      ...checkReach(release, region),
    ]),
    ...checkSchedules(service),
    ...checkKeep(service),
    ...checkPullableBy(service),
  ];
}

/** Whose repository it is says who may pull from it. */
function checkPullableBy(service: ValidFields): Problem[] {
  const { repository } = (typeof service.image === "object" ? service.image.build : undefined) ?? {};
  return repository === undefined
    ? []
    : refusePullableBy(
        service,
        `is for the repository that the stack creates: give ${show(repository)} its own policy, or leave image.build.repository out`,
      );
}

/** The retention rule marks and deletes images in ECR alone. */
function checkKeep({ image }: ValidFields): Problem[] {
  const { repository, keep } = (typeof image === "object" ? image.build : undefined) ?? {};
  return problemIf(
    keep !== undefined && repository !== undefined && !/^\d{12}\.dkr[.-]ecr\./.test(repository),
    "no-effect",
    "image.build.keep",
    `deletes images in ECR only: leave it out and use the registry's own rules, as the repository is ${show(repository)}`,
  );
}

/**
 * Without internet access, tasks reach the region's own registry, by its endpoints, and no other.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
function checkReach({ prefix, own: { image }, whole }: CheckedRelease, region: string): Problem[] {
  if (!isOffline(whole)) return [];
  const [path, pulled] =
    typeof image === "object"
      ? [`${prefix}image.build.repository`, image.build?.repository]
      : [`${prefix}image`, image];
  const registry = `123456789012.dkr.ecr.${region}.${domainOf(region)}`;
  return problemIf(
    pulled !== undefined && !isInEcrOf(region, pulled),
    "image-out-of-reach",
    path,
    `cannot be pulled without internet access; give an image in ECR in this region such as ${registry}/bookstore, where a ` +
      `pull-through cache can fetch it from another registry, or a network.egress other than "endpoints", got ${show(pulled)}`,
  );
}

/**
 * A repository's address has the domain of its region's partition, and credentials of one partition are unknown in another.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
function checkPartition({ prefix, own: { image }, whole }: CheckedRelease, region: string): Problem[] {
  if (isOffline(whole)) return [];
  const [path, address] =
    typeof image === "object"
      ? [`${prefix}image.build.repository`, image.build?.repository]
      : [`${prefix}image`, image];
  const host = ecrHost.exec(`${address ?? ""}/`)?.groups;
  if (host?.region === undefined || host.domain === undefined) return [];
  const domain = domainOf(host.region);
  return [
    ...problemIf(
      host.domain !== domain,
      "image-out-of-reach",
      path,
      `must be at ${host.region}.${domain}, the domain of that region's registry, got ${show(address)}`,
    ),
    ...problemIf(
      host.domain === domain && partitionOf(host.region) !== partitionOf(region),
      "image-out-of-reach",
      path,
      `is in a registry of the partition ${partitionOf(host.region)}, which admits no credentials of ${region}; copy it to a ` +
        `registry of this partition, got ${show(address)}`,
    ),
  ];
}

function checkRelease(release: CheckedRelease): Problem[] {
  const {
    prefix,
    own: { disk, environment, image },
  } = release;
  const ofEnvironment = checkEnvironmentBytes(environment, `${prefix}environment`, environmentBytes, "on container");
  return [
    ...checkSize(release),
    ...checkPrivateRegistry(image, `${prefix}image`, "aws"),
    ...problemIf(
      disk?.sizeGiB !== undefined && disk.sizeGiB > 200,
      "out-of-range",
      `${prefix}disk.sizeGiB`,
      `must be at most 200 on Fargate, got ${disk?.sizeGiB ?? ""}`,
    ),
    ...(ofEnvironment.length > 0 ? ofEnvironment : checkDefinition(release)),
  ];
}

/** Checks the size of a task definition: in JSON, a small variable has more bytes than its name and value. */
function checkDefinition(release: CheckedRelease): Problem[] {
  const { own, whole } = release;
  const { environment = {}, secrets = {}, command = [], tags = {} } = whole;
  if (own.environment === undefined && own.secrets === undefined && own.command === undefined) return [];
  const entries = (values: Readonly<Record<string, unknown>>) => Object.entries(knownTexts(values));
  const parts = [
    entries(environment).map(([name, value]) => ({ name, value })),
    entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    command,
    entries(tags).map(([key, value]) => ({ key, value })),
  ];
  const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part)), otherBytes);
  return problemIf(
    bytes > definitionBytes,
    "too-long",
    longerField(release),
    `must leave the task definition with at most ${definitionBytes} bytes on container, got ${bytes}: it has every ` +
      "variable, each secret's reference, the command and the tags; put large values into files",
  );
}

function checkSize(release: CheckedRelease): Problem[] {
  const asked = ownSize(release);
  if (asked === undefined || isFargateSize(asked.size)) return [];
  const nearest = cheapestFargate(asked.size);
  const hint = nearest
    ? `the cheapest that fits is ${sizeText(nearest)}`
    : "the largest is { cpu: 16, memoryGiB: 120 }";
  return [{ code: "no-such-size", path: `${release.prefix}size`, message: noSize("Fargate", asked.size, hint) }];
}

function checkSchedules({ scaling = [] }: ValidFields): Problem[] {
  return scaling.flatMap((trigger, index) => {
    if (trigger?.kind !== "schedule" || trigger.schedule === undefined) return [];
    const { schedule } = trigger;
    return problemIf(
      cronProblem(schedule) === undefined && namesBothDays(schedule),
      "unsupported-schedule",
      `scaling[${index}].schedule`,
      "must name a day of the month or a day of the week, not both, for AWS's containers; give two triggers, got " +
        show(schedule),
    );
  });
}

import type { Cloud, Feature } from "./clouds/cloud";
import { checkFreezes } from "./checks/freezes";
import { checkImages } from "./checks/images";
import { checkNetwork } from "./checks/network";
import { checkPrevious, checkRollout } from "./checks/rollout";
import { checkSharePath } from "./checks/share-path";
import { checkTags } from "./checks/tags";
import { checkTriggers, triggerFeatures } from "./checks/triggers";
import { checkVariables } from "./checks/variables";
import { hardeningUses } from "./hardening";
import { fingerprint } from "./id";
import { type Problem, problemIf } from "./stack-file/problems";
import { type ValidFields, idFields } from "./stack-file/schema";
import { isComplete } from "./stack-file/valid";
import { pick } from "./stack-file/values";

/**
 * Finds what one field says against another, and what the chosen cloud lacks or refuses. A check runs when the fields
 * that it needs are valid, whatever else is wrong.
 */
export function checkService(service: ValidFields, cloud: Cloud): Problem[] {
  return [
    ...checkFields(service),
    ...checkCapabilities(service, cloud),
    ...(service.compute === undefined ? [] : cloud.platforms[service.compute].check(service)),
    ...cloud.check(service),
  ];
}

/** Finds what one field says against another, whatever the cloud is. */
export function checkFields(service: ValidFields): Problem[] {
  return [
    ...checkInstances(service.instances, "instances"),
    ...checkImages(service),
    ...checkHealth(service.health, ""),
    ...checkVariables(service, "", service),
    ...checkTriggers(service),
    ...checkNetwork(service),
    ...checkReleases(service),
    ...checkGate(service.gate),
    ...checkRollout(service),
    ...checkPrevious(service),
    ...checkFreezes(service),
    ...checkSharePath(service),
    ...checkTags(service.tags),
  ];
}

/** `max` and `start` are as `min` where they are left out. */
function checkInstances(instances: ValidFields["instances"], path: string): Problem[] {
  if (instances?.min === undefined) return [];
  const { min } = instances;
  const max = "max" in instances ? instances.max : min;
  const start = "start" in instances ? instances.start : min;
  if (max === undefined) return [];
  if (max < min)
    return [{ code: "max-below-min", path: `${path}.max`, message: `must not be less than min (${min}), got ${max}` }];
  return problemIf(
    start !== undefined && (start < min || start > max),
    "start-out-of-bounds",
    `${path}.start`,
    `must be from min (${min}) to max (${max}), got ${start ?? ""}`,
  );
}

function checkHealth(health: ValidFields["health"], prefix: string): Problem[] {
  if (health === undefined) return [];
  const { interval, timeout, healthyAfter, startWithin } = health;
  const thresholds = (["healthyAfter", "unhealthyAfter"] as const).flatMap((field) => {
    const seconds = health[field];
    if (interval === undefined || seconds === undefined) return [];
    return problemIf(
      seconds < 2 * interval || seconds > 10 * interval,
      "health-thresholds",
      `${prefix}health.${field}`,
      `must be 2 to 10 intervals, ${2 * interval} to ${10 * interval} seconds at an interval of ${interval}, got ` +
        `${seconds}`,
    );
  });
  return [
    ...problemIf(
      interval !== undefined && timeout !== undefined && timeout >= interval,
      "health-timeout",
      `${prefix}health.timeout`,
      `must be less than health.interval (${interval ?? ""} seconds), got ${timeout ?? ""}`,
    ),
    ...thresholds,
    ...problemIf(
      healthyAfter !== undefined && startWithin !== undefined && startWithin < healthyAfter,
      "health-start",
      `${prefix}health.startWithin`,
      `must not be less than health.healthyAfter (${healthyAfter ?? ""} seconds), got ${startWithin ?? ""}`,
    ),
  ];
}

function checkReleases(service: ValidFields): Problem[] {
  const { releases = [] } = service;
  const total = releases.reduce((sum, release) => sum + (release?.weight ?? 0), 0);
  return [
    ...problemIf(
      total > 100,
      "weights-over-100",
      "releases",
      `the weights must not add up to more than 100 percent, got ${total}`,
    ),
    ...releases.flatMap((release, index) =>
      release === undefined
        ? []
        : [
            ...checkInstances(release.instances, `releases[${index}].instances`),
            ...checkHealth(release.health, `releases[${index}].`),
            ...checkVariables(release, `releases[${index}].`, service),
          ],
    ),
    ...sameReleases(service),
  ];
}

/** Two releases with one id would be one server group. */
function sameReleases(service: ValidFields): Problem[] {
  const identities = [service, ...(service.releases ?? [])].map((release) => {
    const identity = pick({ ...service, ...release }, idFields);
    // An invalid field has been reported; what is meant there may set the releases apart.
    return release !== undefined && isComplete(identity) ? fingerprint(identity) : undefined;
  });
  return identities.flatMap((identity, index) => {
    const first = identities.indexOf(identity);
    const other = first === 0 ? "the service's own" : `releases[${first - 1}]`;
    return problemIf(
      identity !== undefined && first !== index,
      "same-release",
      `releases[${index - 1}]`,
      `is the same release as ${other}; change its version or image, or remove it`,
    );
  });
}

function checkGate({ answers, within }: ValidFields["gate"] = {}): Problem[] {
  return problemIf(
    answers !== undefined && within !== undefined && within <= answers,
    "gate-too-short",
    "gate.within",
    `must be more than gate.answers (${answers ?? ""}, one a second), got ${within ?? ""} seconds`,
  );
}

interface Use {
  readonly path: string;
  readonly feature: Feature;
}

function checkCapabilities(service: ValidFields, cloud: Cloud): Problem[] {
  const { compute, files, network = {}, releases = [] } = service;
  if (compute === undefined) return [];
  const releaseUses = (
    { command, secrets = {}, hardening = {} }: Pick<ValidFields, "command" | "secrets" | "hardening">,
    prefix: string,
  ): Use[] => [
    ...(command === undefined ? [] : [{ path: `${prefix}command`, feature: "command" as const }]),
    ...Object.keys(secrets).map((name) => ({ path: `${prefix}secrets.${name}`, feature: "secrets" as const })),
    ...hardeningUses(hardening).map(({ field, feature }) => ({ path: `${prefix}hardening.${field}`, feature })),
  ];
  const uses: Use[] = [
    ...triggerFeatures(service),
    ...(files?.share === undefined ? [] : [{ path: "files.share", feature: "shared file system" as const }]),
    ...("securityGroupIds" in network
      ? [{ path: "network.securityGroupIds", feature: "security groups" as const }]
      : []),
    ...releaseUses(service, ""),
    ...releases.flatMap((release, index) => releaseUses(release ?? {}, `releases[${index}].`)),
  ];
  return uses.flatMap(({ path, feature }) => {
    const capability = cloud.platforms[compute].capabilities[feature];
    return capability.offered ? [] : [{ code: "not-supported", path, message: capability.because }];
  });
}

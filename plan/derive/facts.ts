import { imageName } from "../../components/id";
import { defaultHold } from "../../components/stack-file/previous-hold";
import type { Bake, Description, Fact, PlannedRelease, PlannedSpec } from "../contract";
import {
  duration,
  hardeningInWords,
  many,
  noGate,
  permissionInWords,
  range,
  responses,
  scheduleInWords,
  shortImage,
  triggerInWords,
} from "../words";

/** How many instances a new release starts with. What serves is read in the update. */
function startInWords(start: number, max: number): string {
  return start === max ? `with ${max}` : `as large as the releases that serve, within ${range(start, max)}`;
}

/** A service line by line. A setting that is off has a line too, where its absence matters. */
export function factsOf({ service }: Description, bake?: Bake): Fact[] {
  const { releases, scaling, logs } = service;
  const fact = (topic: string, ...lines: string[]): Fact => ({ topic, lines });
  return [
    fact(
      releases.length === 1 ? "release" : "releases",
      ...releases.map(({ id, weight }) => `${id} (${weight} % of traffic)`),
    ),
    fact("image", ...imageLines(bake, releases)),
    fact(
      "size",
      ...perRelease(
        releases,
        ({ shape: { size, disk, instance } }) =>
          `${size.cpu} vCPU, ${size.memoryGiB} GiB → ${instance.label}; disk ${disk.sizeGiB} GiB`,
      ),
    ),
    fact(
      "instances",
      ...perRelease(releases, ({ instances: { min, max, start } }) =>
        min === max ? `${min} (fixed)` : `${range(min, max)}; a new release starts ${startInWords(start, max)}`,
      ),
    ),
    fact("triggers", ...(scaling.length === 0 ? ["none"] : scaling.map(triggerInWords))),
    fact("address", addressOf(service)),
    fact("network", networkOf(service)),
    fact("health", healthOf(service)),
    fact("gate", gateOf(service)),
    ...(service.rollout === undefined ? [] : [fact("rollout", rolloutOf(service.rollout))]),
    ...(service.previous?.keep === true ? [fact("previous release", keptOf(service.previous))] : []),
    ...(service.freeze.length === 0 ? [] : [fact("freezes", ...service.freeze.map(freezeOf))]),
    fact(
      "environment",
      list(
        releases,
        ({ environment }) => environment,
        (name, value) => `${name}=${value}`,
      ),
    ),
    fact(
      "secrets",
      list(
        releases,
        ({ secrets }) => secrets,
        (name, reference) => `${name} from ${reference}`,
      ),
    ),
    fact("files", filesOf(service)),
    ...(releases.every(({ shape }) => shape.hardening === undefined)
      ? []
      : [fact("hardening", ...perRelease(releases, ({ shape }) => hardeningInWords(shape.hardening)))]),
    ...(service.permissions.length === 0 ? [] : [fact("permissions", ...service.permissions.map(permissionInWords))]),
    fact("logs", `kept ${many(logs.retentionDays, "day")}`),
  ];
}

/** Only the current release's image is baked; further releases name theirs. */
function imageLines(bake: Bake | undefined, releases: readonly PlannedRelease[]): string[] {
  if (bake === undefined) return perRelease(releases, ({ shape }) => shortImage(imageName(shape.image)));
  const [current, ...others] = releases;
  const prefix = others.length === 0 || current === undefined ? "" : `${current.id}: `;
  return [
    `${prefix}recipe ${bake.recipe}: ${bake.artifact} on ${shortImage(bake.from)}`,
    `baked within ${duration(bake.maxSeconds)}, unless an image of this recipe exists`,
    ...others.map(({ id, shape }) => `${id}: ${shortImage(imageName(shape.image))}`),
  ];
}

function addressOf({ loadBalancer, certificate, releases }: PlannedSpec): string {
  const ports = [...new Set(releases.map(({ shape }) => String(shape.port)))].join(" and ");
  const scheme = certificate === undefined ? "http on port 80, not encrypted" : "https on port 443, http redirected";
  const scope = loadBalancer.internal ? "internal" : "public";
  const sources = loadBalancer.allowFrom.includes("0.0.0.0/0")
    ? loadBalancer.internal
      ? "open to the whole network"
      : "open to everyone"
    : `open to ${loadBalancer.allowFrom.join(", ")}`;
  return `${scheme}; ${scope}, ${sources}; app port ${ports}`;
}

const egress = {
  "nat-per-zone": "one NAT gateway per zone",
  nat: "one NAT gateway for all zones",
  endpoints: "none to the internet, only to the cloud's own services",
} as const;

function networkOf({ network }: PlannedSpec): string {
  if ("vpcId" in network) {
    const { vpcId, privateSubnetIds, securityGroupIds = [] } = network;
    const groups = securityGroupIds.length === 0 ? "" : `, also in the security groups ${securityGroupIds.join(", ")}`;
    return `existing, ${vpcId}; instances in ${privateSubnetIds.join(", ")}${groups}`;
  }
  const zones = typeof network.zones === "number" ? many(network.zones, "zone") : `zones ${network.zones.join(", ")}`;
  return `new, ${network.cidr}, ${zones}; egress: ${egress[network.egress]}`;
}

function healthOf({ releases: [{ shape }] }: PlannedSpec): string {
  const { path, interval, timeout, healthyAfter, unhealthyAfter, startWithin } = shape.health;
  const request = `GET ${path} every ${interval} s, timeout ${timeout} s`;
  return `${request}; healthy after ${healthyAfter} s, unhealthy after ${unhealthyAfter} s; startup limit ${startWithin} s`;
}

function gateOf({ gate }: PlannedSpec): string {
  if (gate.from === "none") return noGate;
  const at = gate.url === undefined ? "" : ` at ${gate.url}`;
  return `${responses(gate.answers)} within ${gate.within} s, checked from where Pulumi runs${at}`;
}

function keptOf({ holdFor = defaultHold }: NonNullable<PlannedSpec["previous"]>): string {
  return `kept without traffic, and held at its size for ${duration(holdFor)}`;
}

function freezeOf(freeze: PlannedSpec["freeze"][number]): string {
  const { reason, timezone } = freeze;
  const when =
    freeze.kind === "schedule"
      ? `${scheduleInWords(freeze)}, for ${many(freeze.hours, "hour")}`
      : `from ${freeze.from} to ${freeze.to} (${timezone})`;
  return `${when}: ${reason}`;
}

function rolloutOf({ steps, pause, bake, watch }: NonNullable<PlannedSpec["rollout"]>): string {
  const { errors, latency, alarms } = watch;
  const signs = [
    "an unhealthy instance",
    ...(errors < 100 ? [`more than ${errors} % failed requests, and ${errors} % more than before`] : []),
    ...(latency === undefined ? [] : [`more than ${latency} ms on average`]),
    ...alarms.map((name) => `the alarm ${name}`),
  ];
  return (
    `${steps.join(", ")} % of requests, watched for ${pause} s each; then all, watched for ${bake} s; ` +
    `taken back by ${signs.join(", ")}`
  );
}

function filesOf({ files }: PlannedSpec): string {
  if (files === undefined) return "none";
  const share = files.share === undefined ? "no shared file system" : `a shared file system at ${files.share.path}`;
  return `a bucket, old versions kept ${many(files.keepVersions, "day")}; ${share}`;
}

/** One line if it is the same for all releases, otherwise one per release. */
function perRelease(releases: readonly PlannedRelease[], line: (release: PlannedRelease) => string): string[] {
  const lines = releases.map((release) => ({ id: release.id, text: line(release) }));
  const [first] = lines;
  return first !== undefined && lines.every(({ text }) => text === first.text)
    ? [first.text]
    : lines.map(({ id, text }) => `${id}: ${text}`);
}

/** The entries of a mapping that each release has, in one line. */
function list(
  releases: readonly PlannedRelease[],
  mapping: (shape: PlannedRelease["shape"]) => Readonly<Record<string, string>>,
  entry: (name: string, value: string) => string,
): string {
  const entries = releases.flatMap(({ shape }) =>
    Object.entries(mapping(shape)).map(([name, value]) => entry(name, value)),
  );
  return entries.length === 0 ? "none" : [...new Set(entries)].join(", ");
}

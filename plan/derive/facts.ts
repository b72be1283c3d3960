import type { Description } from "../../components/service";
import { imageName } from "../../components/id";
import type { Release } from "../../components/spec";
import { bakeInWords } from "./bake";
import type { Bake, Fact } from "../contract";
import type { PlannedRelease } from "../render/headline";
import { many, range, shortImage, triggerInWords } from "../render/words";

/** A service told line by line. What is switched off is told too, where its absence matters. */
export function factsOf({ service }: Description, bake?: Bake): Fact[] {
  const { releases, scaling, health, files, logs, gate } = service;
  return [
    {
      topic: releases.length === 1 ? "release" : "releases",
      lines: releases.map(
        (release) =>
          `${release.id}, ${release.weight === 100 ? "all of the traffic" : `${release.weight} % of the traffic`}`,
      ),
    },
    {
      topic: "image",
      lines:
        bake === undefined
          ? perRelease(releases, ({ shape: { image } }) => shortImage(imageName(image)))
          : bakedLines(bake, releases),
    },
    {
      topic: "size",
      lines: perRelease(
        releases,
        ({ shape: { size, disk }, becomes }) =>
          `${size.cpu} vCPU, ${size.memoryGiB} GiB → ${becomes}; disk ${disk.sizeGiB} GiB`,
      ),
    },
    {
      topic: "instances",
      lines: perRelease(releases, ({ instances: { min, max, start } }) =>
        min === max ? `${min}, always` : `${range(min, max)}; a new release starts with ${start}`,
      ),
    },
    { topic: "triggers", lines: scaling.length === 0 ? ["none"] : scaling.map(triggerInWords) },
    { topic: "address", lines: [addressOf(service, releases)] },
    { topic: "network", lines: [networkOf(service)] },
    {
      topic: "health",
      lines: [
        `${health.path} every ${health.interval} s, no answer after ${health.timeout} s; good after ${health.healthyAfter} s, bad after ${health.unhealthyAfter} s, start within ${health.startWithin} s`,
      ],
    },
    {
      topic: "gate",
      lines: [
        gate.from === "none"
          ? "none: only the load balancer's own health check decides"
          : `${many(gate.answers, "good answer")} in a row within ${gate.within} s, asked from here${gate.url ? ` at ${gate.url}` : ""}`,
      ],
    },
    {
      topic: "environment",
      lines: [
        listOr(
          "none",
          perReleaseNames(releases, ({ shape: { environment } }) =>
            Object.entries(environment).map(([name, value]) => `${name}=${value}`),
          ),
        ),
      ],
    },
    {
      topic: "secrets",
      lines: [
        listOr(
          "none",
          perReleaseNames(releases, ({ shape: { secrets } }) =>
            Object.entries(secrets).map(([name, reference]) => `${name} from ${reference}`),
          ),
        ),
      ],
    },
    {
      topic: "files",
      lines: [
        files === undefined
          ? "none"
          : `a bucket, old versions kept ${many(files.keepVersions, "day")}; ${files.share ? `a shared file system at ${files.share.path}` : "no shared file system"}`,
      ],
    },
    { topic: "logs", lines: [`kept ${many(logs.retentionDays, "day")}`] },
  ];
}

/** The first release's image is the one that is baked. */
function bakedLines(bake: Bake, [current, ...others]: readonly PlannedRelease[]): string[] {
  const first = others.length === 0 || current === undefined ? "" : `${current.id}: `;
  return [
    ...bakeInWords(bake).map((line, index) => (index === 0 ? `${first}${line}` : line)),
    ...others.map(({ id, shape: { image } }) => `${id}: ${shortImage(imageName(image))}`),
  ];
}

function addressOf({ loadBalancer, certificate }: Description["service"], releases: readonly Release[]): string {
  const ports = [...new Set(releases.map(({ shape: { port } }) => String(port)))].join(" and ");
  const scheme = certificate === undefined ? "http on port 80, not encrypted" : "https on port 443, http redirected";
  const who = loadBalancer.allowFrom.includes("0.0.0.0/0")
    ? loadBalancer.internal
      ? "everyone in it"
      : "everyone"
    : loadBalancer.allowFrom.join(", ");
  return `${scheme}; ${loadBalancer.internal ? "internal to the network" : "public"}, for ${who}; the app on port ${ports}`;
}

const ways = {
  "nat-per-zone": "a NAT gateway in each",
  nat: "one NAT gateway for all",
  endpoints: "none to the internet, only the cloud's own services",
} as const;

function networkOf({ network }: Description["service"]): string {
  if ("vpcId" in network) return `your own, ${network.vpcId}; instances in ${network.privateSubnetIds.join(", ")}`;
  const zones = typeof network.zones === "number" ? many(network.zones, "zone") : `zones ${network.zones.join(", ")}`;
  return `new, ${network.cidr}, ${zones}; way out: ${ways[network.egress]}`;
}

/** One line if all releases say the same, otherwise one per release. */
function perRelease(releases: readonly PlannedRelease[], tell: (release: PlannedRelease) => string): string[] {
  const told = releases.map((release) => ({ id: release.id, text: tell(release) }));
  const [first] = told;
  return first !== undefined && told.every(({ text }) => text === first.text)
    ? [first.text]
    : told.map(({ id, text }) => `${id}: ${text}`);
}

function perReleaseNames(
  releases: readonly PlannedRelease[],
  tell: (release: PlannedRelease) => readonly string[],
): string[] {
  return [...new Set(releases.flatMap(tell))];
}

function listOr(nothing: string, parts: readonly string[]): string {
  return parts.length === 0 ? nothing : parts.join(", ");
}

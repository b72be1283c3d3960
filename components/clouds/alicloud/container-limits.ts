import { type Problem, problemIf, show } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import {
  type CheckedRelease,
  checkInstanceType,
  checkPrivateRegistry,
  isOffline,
  noSize,
  ownSize,
  releasesOf,
  sizeText,
} from "../limits";
import { cheapestEci, cheapestInstanceType, isEciSize } from "./instance-types";
import { enterpriseHost, enterpriseRepository, personalHost } from "./registry-address";

/** Everything that Alibaba Cloud would refuse of containers, found without a request to it. */
export function checkContainer(service: ValidFields, region: string): Problem[] {
  return [
    ...releasesOf(service).flatMap((release) => [
      ...checkSize(release, region),
      ...checkImage(release, region),
      ...checkContainerGroup(release),
    ]),
    ...checkRepository(service, region),
  ];
}

/** ECI has sizes of its own for x86_64 alone; for arm64 it runs on instance types. */
function checkSize(release: CheckedRelease, region: string): Problem[] {
  const asked = ownSize(release);
  if (asked?.architecture === "arm64")
    return checkInstanceType(release, (size, on) => cheapestInstanceType(size, on, region));
  if (asked === undefined || isEciSize(asked.size)) return [];
  const nearest = cheapestEci(asked.size);
  const hint = nearest
    ? `the cheapest that fits is ${sizeText(nearest)}`
    : "the largest is { cpu: 64, memoryGiB: 512 }";
  return [{ code: "no-such-size", path: `${release.prefix}size`, message: noSize("ECI", asked.size, hint) }];
}

function checkImage({ prefix, own: { image }, whole }: CheckedRelease, region: string): Problem[] {
  if (typeof image !== "string") return [];
  const path = `${prefix}image`;
  const registry = (enterpriseHost.exec(image) ?? personalHost.exec(image))?.groups;
  const isInside = registry?.inside !== undefined;
  return [
    ...checkPrivateRegistry(image, path, "alicloud"),
    ...problemIf(
      isInside && registry.region !== region,
      "image-out-of-reach",
      path,
      `must be in ${region}, because a registry's address in the VPC answers in its own region only, got ${show(image)}`,
    ),
    ...problemIf(
      isOffline(whole) && !isInside && whole.alicloud?.registry === undefined,
      "image-out-of-reach",
      path,
      `cannot be pulled without internet access; give an image in registry-vpc.${region}.aliyuncs.com, or a ` +
        `network.egress other than "endpoints", got ${show(image)}`,
    ),
  ];
}

/**
 * No registry that is billed by the hour keeps tags from being overwritten, so the stack creates none for a service.
 */
function checkRepository(service: ValidFields, region: string): Problem[] {
  const { image, alicloud } = service;
  if (typeof image !== "object" || image.build === undefined) return [];
  const path = "image.build.repository";
  const what =
    "a repository of a Container Registry Enterprise Edition instance, such as " +
    `books-registry.${region}.cr.aliyuncs.com/team/bookstore`;
  if (!("repository" in image.build))
    return [
      {
        code: "missing",
        path,
        message: `is missing: give ${what}; the instance is prepaid, so the stack creates none`,
      },
    ];
  const { repository } = image.build;
  if (repository === undefined) return [];
  const found = enterpriseRepository.exec(repository)?.groups;
  const offline = isOffline(service);
  const hasRegistry = alicloud?.registry !== undefined;
  if (found !== undefined)
    return problemIf(
      found.region !== region && (offline || hasRegistry),
      "invalid-reference",
      path,
      `must be in ${region}, got ${show(repository)}`,
    );
  if (hasRegistry)
    return [
      {
        code: "invalid-reference",
        path,
        message: `must be ${what}, as alicloud.registry is given, got ${show(repository)}`,
      },
    ];
  return problemIf(
    offline,
    "image-out-of-reach",
    path,
    `cannot be reached by instances without internet access; give ${what}, or a network.egress other than ` +
      `"endpoints", got ${show(repository)}`,
  );
}

/**
 * https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createeciscalingconfiguration
 */
const eci = { variableBytes: 256, commandParts: 20, commandPartBytes: 256 } as const;

function checkContainerGroup({ prefix, own: { environment = {}, command = [] } }: CheckedRelease): Problem[] {
  const bytesOf = (value: unknown) => (typeof value === "string" ? Buffer.byteLength(value) : 0);
  return [
    ...Object.entries(environment).flatMap(([name, value]) =>
      problemIf(
        bytesOf(value) > eci.variableBytes,
        "too-long",
        `${prefix}environment.${name}`,
        `must have at most ${eci.variableBytes} bytes on ECI, got ${bytesOf(value)}; put large values into files`,
      ),
    ),
    ...problemIf(
      command.length > eci.commandParts,
      "wrong-length",
      `${prefix}command`,
      `must have at most ${eci.commandParts} strings on ECI, got ${command.length}`,
    ),
    ...command.flatMap((part, index) =>
      problemIf(
        bytesOf(part) > eci.commandPartBytes,
        "too-long",
        `${prefix}command[${index}]`,
        `must have at most ${eci.commandPartBytes} bytes on ECI, got ${bytesOf(part)}`,
      ),
    ),
  ];
}

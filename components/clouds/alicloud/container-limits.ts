import { type Problem, problemIf, show } from "../../stack-file/problems";
import type { ValidFields } from "../../stack-file/schema";
import {
  type CheckedRelease,
  checkInstanceType,
  checkPrivateRegistry,
  checkSecretForms,
  isOffline,
  noSize,
  ownSize,
  releasesOf,
  sizeText,
} from "../limits";
import { variableCount } from "../app-environment";
import { fileVariable, referenceVariable } from "./container-secrets";
import { enterpriseHost, personalHost } from "../registry-hosts";
import { cheapestEci, cheapestInstanceType, isEciSize } from "./instance-types";
import { enterpriseRepository } from "./registry-address";
import { secretForm } from "./secret-form";

/** Everything that Alibaba Cloud would refuse of containers, found without a request to it. */
export function checkContainer(service: ValidFields, region: string): Problem[] {
  return [
    ...releasesOf(service).flatMap((release) => [
      ...checkSize(release, region),
      ...checkImage(release, region),
      ...checkContainerGroup(release),
      ...checkSecrets(release, region),
      ...checkUser(release),
    ]),
    ...checkPull(service.alicloud?.secretsImage, "alicloud.secretsImage", service, region),
    ...checkRepository(service, region),
  ];
}

/** https://www.alibabacloud.com/help/en/auto-scaling/developer-reference/api-ess-2014-08-28-createeciscalingconfiguration */
function checkUser({ prefix, own: { hardening } }: CheckedRelease): Problem[] {
  const { user } = hardening ?? {};
  return problemIf(
    user?.includes(":") === true,
    "not-supported",
    `${prefix}hardening.user`,
    `must be a user's id without a group, because a container of ECI has the group of its image's list of users, got ${show(user)}`,
  );
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
  return typeof image === "string" ? checkPull(image, `${prefix}image`, whole, region) : [];
}

/** Checks that the network's instances can pull an image. */
function checkPull(image: string | undefined, path: string, service: ValidFields, region: string): Problem[] {
  if (image === undefined) return [];
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
      isOffline(service) && !isInside && service.alicloud?.registry === undefined,
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
  const { repository, keep } = image.build;
  if (repository === undefined) return [];
  const found = enterpriseRepository.exec(repository)?.groups;
  if (keep !== undefined && found?.region !== region)
    return [
      {
        code: "no-effect",
        path: "image.build.keep",
        message:
          `deletes images in Container Registry Enterprise Edition in ${region} only: leave it out, as the repository is ` +
          show(repository),
      },
    ];
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
const eci = { variables: 100, nameLength: 128, variableBytes: 256, commandParts: 10, commandPartBytes: 256 } as const;

/** How many variables the log service's collection takes. */
const logVariables = 2;

function checkContainerGroup({ prefix, own, whole }: CheckedRelease): Problem[] {
  const { environment = {}, secrets = {}, command = [] } = own;
  const bytesOf = (value: unknown) => (typeof value === "string" ? Buffer.byteLength(value) : 0);
  const longest = { environment: eci.nameLength, secrets: eci.nameLength - longestAffix };
  const { files, ...inherited } = whole;
  const all = { environment: inherited.environment ?? {}, secrets: inherited.secrets ?? {} };
  const count = variableCount({ ...all, files: files !== undefined, share: files?.share }) + logVariables;
  return [
    ...problemIf(
      (own.environment ?? own.secrets) !== undefined && count > eci.variables,
      "wrong-length",
      `${prefix}environment`,
      `must leave a container with at most ${eci.variables} variables on ECI, got ${count} with the ` +
        "program's own; put several values into one variable, or into files",
    ),
    ...Object.entries({ environment, secrets }).flatMap(([field, variables]) =>
      Object.keys(variables).flatMap((name) => {
        const limit = longest[field as keyof typeof longest];
        return problemIf(
          name.length > limit,
          "too-long",
          `${prefix}${field}.${name}`,
          `must have a name of at most ${limit} characters on ECI, got ${name.length}`,
        );
      }),
    ),
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

/** The variables of the paths of secrets' files, and of their references, have longer names than the secrets. */
const longestAffix = Math.max(fileVariable("").length, referenceVariable("").length);

/** ECI has no variables by reference: the secrets need an image that fetches them, and variables for their files. */
function checkSecrets(release: CheckedRelease, region: string): Problem[] {
  const { prefix, own, whole } = release;
  const { environment = {}, secrets = {} } = whole;
  const field = own.secrets === undefined ? "environment" : "secrets";
  return [
    ...checkSecretForms(release, secretForm(region)),
    ...(whole.alicloud?.secretsImage === undefined
      ? Object.keys(own.secrets ?? {}).map((name): Problem => ({
          code: "not-supported",
          path: `${prefix}secrets.${name}`,
          message: noVariablesByReference,
        }))
      : []),
    ...Object.keys((own.secrets ?? own.environment) ? secrets : {}).flatMap((name) =>
      problemIf(
        Object.hasOwn({ ...environment, ...secrets }, fileVariable(name)),
        "repeated-variable",
        `${prefix}${field}.${field === "secrets" ? name : fileVariable(name)}`,
        `${fileVariable(name)} has the path of the file of the secret ${name} on ECI; use another name`,
      ),
    ),
  ];
}

const noVariablesByReference =
  "Elastic Container Instance cannot put a secret into a variable by its reference; give an image that fetches it as " +
  "alicloud.secretsImage (see images/README.md), let the app fetch it from KMS, or use compute: vm";

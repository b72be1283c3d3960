import type * as pulumi from "@pulumi/pulumi";
import { checkRecipeFiles, readBuild } from "./baking/build";
import { checkFields, checkService } from "./checks";
import { type RecipeUse, recipeUse } from "./baking/image-user";
import { keepAliveSeconds } from "./clouds/app-environment";
import type { Cloud } from "./clouds/cloud";
import { hardeningOf } from "./hardening";
import { outputsAmong, releaseId } from "./id";
import { serviceKey } from "./config-keys";
import type { CloudName, ImageBuild, ImageSpec, InstanceSpec, Release, ServiceSpec } from "./spec";
import { parseService } from "./stack-file/parse";
import { type Problem, SettingsError } from "./stack-file/problems";
import { type ServiceConfig, type ValidFields, idFields } from "./stack-file/schema";
import { omit, pick } from "./stack-file/values";

/**
 * Turns the description of a service into a service with nothing left open. Collects every problem, of the schema, of
 * one field against another and of what this cloud refuses, and throws one SettingsError with all of them. It reads
 * nothing but the files of an image that the stack bakes.
 */
export function resolveService(written: unknown, cloud: Cloud, where = serviceKey): ServiceSpec {
  const check = (service: ValidFields) => [
    ...checkService(service, cloud),
    ...checkRecipeFiles(service, cloud.projectFolder),
  ];
  return assemble(parseService(written, cloud.name, check, where), cloud);
}

/**
 * The problems that a service has on each of these clouds, as far as they are found without a region: what is checked
 * where the stack does not say on which cloud, or in which region, it is.
 */
export function problemsOnAny(clouds: readonly CloudName[], written: unknown): Problem[] {
  const [first = [], ...others] = clouds.map((cloud): readonly Problem[] => {
    try {
      parseService(written, cloud, checkFields, serviceKey);
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  });
  return first.filter(({ path, message }) =>
    others.every((problems) => problems.some((other) => other.path === path && other.message === message)),
  );
}

function assemble(service: ServiceConfig, cloud: Cloud): ServiceSpec {
  const { image, build } = readImage(service, cloud);
  const recipe =
    build && service.compute === "container" ? recipeUse(build.recipe.folder, cloud.projectFolder) : undefined;
  const further = service.releases.map((release) =>
    // When another release was renewed says nothing of this one.
    resolveRelease(
      { ...service, renewedAt: undefined, ...release },
      { reference: release.image },
      undefined,
      release.weight,
    ),
  );
  const rest = 100 - further.reduce((sum, release) => sum + release.weight, 0);
  return {
    ...omit(service, [...idFields, "instances", "tls", "alicloud"]),
    rollout: service.rollout,
    previous: service.previous,
    freezeOverride: service.freezeOverride,
    releases: [resolveRelease(service, image, recipe, rest), ...further],
    build,
    registry: service.alicloud.registry,
    certificate: service.tls?.certificate,
  };

  function resolveRelease(
    release: ServiceConfig,
    image: ImageSpec,
    recipe: RecipeUse | undefined,
    weight: number,
  ): Release {
    const { version, ...fields } = pick(release, idFields);
    const { name, compute, files, network } = service;
    const shape: InstanceSpec = {
      ...fields,
      name,
      compute,
      image,
      files: files !== undefined,
      share: files?.share && { path: files.share.path },
      placement: sorted("vpcId" in network ? network.privateSubnetIds : cloud.zonesOf(network)),
      securityGroups: "vpcId" in network ? network.securityGroupIds && sorted(network.securityGroupIds) : undefined,
      hardening: hardeningOf(release.hardening, recipe, cloud.platforms[compute].capabilities),
      keepAliveSeconds: keepAliveSeconds(service.loadBalancer.idleTimeout),
      secretsImage:
        cloud.platforms[compute].fetchesSecretsByImage && Object.keys(fields.secrets).length > 0
          ? service.alicloud.secretsImage
          : undefined,
      instance: cloud.platforms[compute].instanceShape(fields.size, fields.architecture),
    };
    const { min, max = min, start = min } = release.instances;
    return {
      id: releaseId(version, shape),
      version,
      shape,
      heldInputs: outputsAmong(shape),
      instances: { min, max, start },
      weight,
    };
  }
}

/** Strings in order, then outputs in theirs. */
function sorted(places: readonly pulumi.Input<string>[]): readonly pulumi.Input<string>[] {
  const names = places.filter((place) => typeof place === "string");
  return [...names.sort(), ...places.filter((place) => typeof place !== "string")];
}

/** The image of the service's own release. Of one that the stack bakes, it reads the recipe's files. */
function readImage(
  { image, compute, architecture, alicloud, network }: ServiceConfig,
  { platforms, projectFolder }: Cloud,
): {
  readonly image: ImageSpec;
  readonly build: ImageBuild | undefined;
} {
  if (typeof image === "string") return { image: { reference: image }, build: undefined };
  const build = readBuild(image.build, { compute, architecture, registry: alicloud.registry }, projectFolder);
  const pushedTo = build.target.repository;
  if (pushedTo === undefined) return { image: { recipe: build.tag }, build };
  const repository = platforms[compute].pulledFrom?.(pushedTo, { network, registry: alicloud.registry }) ?? pushedTo;
  return { image: { recipe: build.tag, repository }, build };
}

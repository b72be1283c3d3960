import type { z } from "zod";
import { imageBuild, imageOfRecipe } from "./baking/build";
import { checkCommon } from "./checks";
import type { Cloud } from "./clouds/cloud";
import { releaseId } from "./id";
import type { ImageBuild, InstanceSpec, Release, ServiceSpec, Trigger } from "./spec";
import { isMapping } from "./stack-file/fields";
import { forCloud, isBuild } from "./stack-file/per-cloud";
import { type Problem, SettingsError, pathOf, show, unknownName } from "./stack-file/problems";
import {
  type WrittenNetwork,
  type WrittenService,
  buildFields,
  furtherRelease,
  kindOfTrigger,
  serviceFields,
  serviceSchema,
  triggers,
} from "./stack-file/schema";

/**
 * Turns what an engineer wrote into a service with nothing left open. Collects every problem, of the schema, of one
 * field against another and of what this cloud refuses, and throws one SettingsError with all of them.
 */
export function resolveService(written: unknown, cloud: Cloud, where = "immutable-service:service"): ServiceSpec {
  const parsed = serviceSchema.safeParse(written);
  const { network, ...sound } = parsed.success ? parsed.data : soundFields(written);
  const here = networkOn(network, cloud);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, where))),
    ...(network !== undefined && here === undefined
      ? [
          {
            path: `network.${cloud.name}`,
            message: `is missing: give the network on ${cloud.name}, or {} for a new one`,
          },
        ]
      : []),
    ...checkCommon(here === undefined ? sound : { ...sound, network: here }, cloud).map((problem) =>
      here === network ? problem : onOneCloud(problem, cloud),
    ),
  ];
  if (!parsed.success || here === undefined || problems.length > 0) throw new SettingsError(problems, where);
  const spec = assemble({ ...parsed.data, network: here }, cloud);
  const twins = twinReleases(spec.releases);
  if (twins.length > 0) throw new SettingsError(twins, where);
  return spec;
}

/** Two releases with one id would be one server group. */
function twinReleases(releases: ServiceSpec["releases"]): Problem[] {
  return releases.flatMap(({ id }, index) => {
    const first = releases.findIndex((other) => other.id === id);
    if (first === index) return [];
    return [
      {
        path: `releases[${index - 1}]`,
        message: `is the very same release as ${first === 0 ? "the service itself" : `releases[${first - 1}]`}; change its version or image, or take it out`,
      },
    ];
  });
}

/** What is right on its own, so that the checks across fields run although others are wrong. */
function soundFields(written: unknown): Partial<z.output<typeof serviceSchema>> {
  if (!isMapping(written)) return {};
  const sound: Record<string, unknown> = soundOf(serviceFields, written);
  for (const name of ["health", "instances", "gate"] as const) {
    if (!(name in sound) && isMapping(written[name])) sound[name] = soundNumbers(serviceFields[name], written[name]);
  }
  if (!("image" in sound) && isMapping(written.image) && isMapping(written.image.build))
    sound.image = soundBuild(written.image.build);
  if (!("scaling" in sound) && Array.isArray(written.scaling)) sound.scaling = written.scaling.map(soundTrigger);
  if (!("releases" in sound) && Array.isArray(written.releases))
    sound.releases = written.releases.map((item) => (isMapping(item) ? soundOf(furtherRelease.shape, item) : {}));
  return sound;
}

/** The fields of a mapping that are right on their own. */
function soundOf(
  shape: Readonly<Record<string, z.ZodType>>,
  written: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => {
      const result = schema.safeParse(written[name]);
      return result.success && result.data !== undefined ? [[name, result.data]] : [];
    }),
  );
}

/** A mapping of numbers, with NaN for each wrong one: a default in its place would make others look wrong. */
function soundNumbers(schema: z.ZodType, written: Record<string, unknown>): unknown {
  const issues = schema.safeParse(written).error?.issues ?? [];
  const wrong = issues.flatMap((issue) => issue.path.slice(0, 1));
  const unknown: PropertyKey[] = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  const rest = schema.safeParse(
    Object.fromEntries(Object.entries(written).filter(([name]) => !wrong.includes(name) && !unknown.includes(name))),
  );
  return rest.success
    ? { ...(rest.data as object), ...Object.fromEntries(wrong.map((name) => [name, NaN])) }
    : undefined;
}

/** A build without its wrong fields; undefined without one that is needed, or that a check would then find missing. */
function soundBuild(written: Record<string, unknown>): unknown {
  const issues = buildFields.safeParse(written).error?.issues ?? [];
  const wrong = issues.flatMap((issue): PropertyKey[] =>
    issue.path.length === 0 && issue.code === "unrecognized_keys" ? issue.keys : issue.path.slice(0, 1),
  );
  const rest = buildFields.safeParse(
    Object.fromEntries(Object.entries(written).filter(([name]) => !wrong.includes(name))),
  );
  return rest.success && !wrong.includes("repository") ? { build: rest.data } : undefined;
}

/** A trigger as it is checked: empty when its metric or schedule is wrong, NaN for a wrong number. */
function soundTrigger(written: unknown): Partial<Trigger> {
  const kind = kindOfTrigger(written);
  if (kind === undefined) return {};
  const sound = soundOf(triggers[kind].shape, written as Record<string, unknown>);
  if (!(kind in sound)) return {};
  return kind === "metric" ? { target: NaN, ...sound } : { min: NaN, max: NaN, timezone: "UTC", ...sound };
}

function problemsOf(issue: z.core.$ZodIssue, where: string): Problem[] {
  if (issue.code !== "unrecognized_keys") return [{ path: pathOf(issue.path) || where, message: issue.message }];
  const known = issue.message.split(",");
  return issue.keys.map((key) => {
    const path = pathOf([...issue.path, key]);
    // Only the release that the stack file is about is baked in the stack: another one has been, and has its image.
    return {
      path,
      message: /^releases\[\d+\]\.image\.build$/.test(path)
        ? "cannot be baked here: a further release names the image that it has (the digest or id that npm run bake printed, or the stack's output image)"
        : unknownName(key, known),
    };
  });
}

/** The network on a cloud; undefined where the stack file names only the other's. */
function networkOn(
  network: z.output<typeof serviceSchema>["network"] | undefined,
  { name }: Cloud,
): WrittenNetwork | undefined {
  if (network === undefined || "zones" in network || "vpcId" in network) return network;
  return network[name];
}

/** A problem of the network, at its place among those of several clouds. */
function onOneCloud({ path, message }: Problem, { name }: Cloud): Problem {
  return { path: path.replace(/^network\b/, `network.${name}`), message };
}

function assemble(service: WrittenService, cloud: Cloud): ServiceSpec {
  const { name, compute, health, files, logs, scaling, network, loadBalancer, gate, tags } = service;
  const others = service.releases.map((further) =>
    release({ ...service, ...defined(further), instances: further.instances ?? service.instances }, further.weight),
  );
  const rest = 100 - others.reduce((sum, other) => sum + other.weight, 0);
  const build = buildOf(service, cloud);
  const certificate = service.tls && forCloud(service.tls.certificate, cloud.name);
  return {
    name,
    compute,
    releases: [release(service, rest), ...others],
    build,
    health,
    files,
    logs,
    scaling,
    network,
    loadBalancer,
    certificate,
    gate,
    tags,
  };

  function release(from: WrittenService, weight: number): Release {
    const { version, architecture, port, size, command, environment } = from;
    const { sizeGiB: diskGiB, rootDevice } = from.disk;
    const image = must(isBuild(from.image) ? build && imageOfRecipe(build) : forCloud(from.image, cloud.name));
    const secrets = Object.fromEntries(
      Object.entries(from.secrets).map(([key, reference]) => [key, must(forCloud(reference, cloud.name))]),
    );
    const { min, max = min, start = min } = from.instances;
    const shape: InstanceSpec = {
      name,
      compute,
      image,
      architecture,
      port,
      size,
      diskGiB,
      rootDevice,
      command,
      environment,
      secrets,
      files: files !== undefined,
      share: files?.share,
      instance: cloud.platforms[compute].instanceShape(size, architecture),
    };
    return { id: releaseId(version, shape), version, shape, instances: { min, max, start }, weight };
  }
}

function buildOf({ image, compute, architecture }: WrittenService, cloud: Cloud): ImageBuild | undefined {
  return isBuild(image)
    ? imageBuild(
        { ...image.build, repository: image.build.repository && forCloud(image.build.repository, cloud.name) },
        must(forCloud(image.build.from, cloud.name)),
        compute,
        architecture,
      )
    : undefined;
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined)
    throw new Error(`a value that the checks should have asked for is missing, got ${show(value)}`);
  return value;
}

import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "./clouds/cloud";
import { mostGroups } from "./clouds/rollout";
import { releaseId } from "./id";
import { type LastOutputs, isNamed } from "./last-outputs";
import type { LedgerEntry, ShapeValues } from "./ledger-entries";
import type { InstanceSpec, Release, ServiceSpec } from "./spec";
import { defaultHold } from "./stack-file/previous-hold";
import { isMapping } from "./stack-file/values";
import { unkeepable } from "./unkeepable";

/** What becomes of the release that served before. */
export interface Previous {
  /** The release, without traffic; undefined: none is kept. */
  readonly kept: Release | undefined;
  /** Why a release that has served is not kept although the stack file asks for it, in a sentence. */
  readonly note: string | undefined;
}

/**
 * Finds the release that is kept: the newest one of the ledger that the last update's split has, with or without
 * traffic, and the stack file does not, and that is in the state: what an interrupted update has begun to delete is
 * not created again. It is registered as it is recorded. Where this program would make something else of it, it is not
 * kept, because running instances are never edited.
 */
export function previousOf(spec: ServiceSpec, cloud: Cloud, last: LastOutputs | undefined): Previous {
  const { previous, releases } = spec;
  const inSplit = new Set(last?.deployed?.releases.map(({ id }) => id));
  const isListed = ({ id }: LedgerEntry) => releases.some((release) => release.id === id);
  const entry = last?.ledger?.entries.find((one) => inSplit.has(one.id) && !isListed(one));
  const stands = last?.resources.some(isNamed(`${spec.name}-${entry?.id ?? ""}-healthy`, "HealthyTargets"));
  if (previous?.keep !== true || entry === undefined || stands !== true) return { kept: undefined, note: undefined };
  const { id, version, image, shape } = entry;
  const problem =
    releases.length >= mostGroups
      ? `the stack file has ${mostGroups} releases, and no more can share the requests`
      : shape === undefined
        ? "the ledger of releases has what shapes the two newest ones only"
        : problemOf(entry, shape as unknown as InstanceSpec, spec, cloud);
  const restored = shape && restore(shape, last?.ledger?.values[id] ?? {});
  if (problem !== undefined || restored === undefined)
    return {
      kept: undefined,
      note: `the release ${id} is not kept, and deleted once it has no traffic: ${problem ?? "the ledger lacks values of it"}`,
    };
  const holdFor = previous.holdFor ?? defaultHold;
  return {
    kept: { id, version, ...restored, instances: releases[0].instances, weight: 0, kept: { image, holdFor } },
    note: undefined,
  };
}

/** Why a release cannot be registered again as it is. */
function problemOf(
  { id, version }: LedgerEntry,
  shape: InstanceSpec,
  { compute, releases: [current] }: ServiceSpec,
  { platforms }: Cloud,
): string | undefined {
  const problem = unkeepable(shape, current.shape);
  if (problem !== undefined) return problem;
  const instance = platforms[compute].instanceShape(shape.size, shape.architecture);
  return sameId(id, version, { ...shape, instance })
    ? undefined
    : "this version of the program would make something else of it";
}

/** A shape of an earlier version may lack what this one reads. */
function sameId(id: string, version: string, shape: InstanceSpec): boolean {
  try {
    return releaseId(version, shape) === id;
  } catch {
    return false;
  }
}

/** The shape with the recorded values in it, as outputs; undefined if one of them is not recorded. */
function restore(
  recorded: NonNullable<LedgerEntry["shape"]>,
  values: ShapeValues[string],
): Pick<Release, "shape" | "heldInputs"> | undefined {
  const heldInputs: string[] = [];
  const at = (path: string, value: unknown): unknown => {
    if (!isMapping(value) || value.output !== true) return value;
    heldInputs.push(path);
    return pulumi.secret(values[path]);
  };
  const shape = recorded as unknown as InstanceSpec;
  const named = (field: "environment" | "secrets") =>
    Object.fromEntries(Object.entries(shape[field]).map(([name, value]) => [name, at(`${field}.${name}`, value)]));
  const listed = (field: "placement" | "securityGroups") =>
    shape[field]?.map((value, index) => at(`${field}[${index}]`, value));
  const restored = {
    ...shape,
    environment: named("environment"),
    secrets: named("secrets"),
    placement: listed("placement"),
    securityGroups: listed("securityGroups"),
  } as InstanceSpec;
  return heldInputs.every((path) => values[path] !== undefined)
    ? { shape: restored, heldInputs: heldInputs.sort() }
    : undefined;
}

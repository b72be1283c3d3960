import type * as pulumi from "@pulumi/pulumi";
import type { Cloud, IntentArgs } from "./clouds/cloud";
import { fingerprint } from "./id";
import { type LastOutputs, type RecordedResource, isNamed } from "./last-outputs";
import { enteringIn } from "./recorded-outputs";
import { packageVersion } from "./remote";
import type { ServiceSpec } from "./spec";
import { isMapping, omit } from "./stack-file/values";
import { type Registered, idsBut, unfinishedIn } from "./unfinished";

/** What a program asks for with one update, and how it follows on the updates before. */
export interface Intent {
  /** The digest of everything that the program asks for. */
  readonly digest: string;
  /** How many times the stack had to look for what an interrupted update left. */
  readonly attempt: number;
  /**
   * Whether an update was interrupted, or failed, before it had created everything: it may have left more than the
   * state has.
   */
  readonly interrupted: boolean;
  /** Everything in the state. */
  readonly resources: readonly RecordedResource[];
  /** The keys of the resources whose deletion was interrupted: the cloud may have them or not. */
  readonly unfinished: readonly string[];
  /** How many times resources had to be created again after an interrupted deletion. */
  readonly renewals: number;
  /** The ids of the recorded rules of the traffic split. */
  readonly splitRules: readonly string[];
  /** The ids of the releases that get requests and have never had any. */
  readonly entering: readonly string[];
  /**
   * Those of them that an interrupted update may have sent requests already: it was to, and their checks have passed.
   * How many requests they get, if any, only the cloud knows.
   */
  readonly underWay: readonly string[];
}

/** The last part of an intent's type. */
export const intentType = "Intent";
/** The last part of the type of the rules that share requests among the releases. */
export const trafficRuleType = "TrafficRule";
/** The last parts of the types of the stores that a service may have or not. */
const storeTypes = { files: "ObjectStore", share: "FileSystem" } as const;

/**
 * Compares what the program asks for with the stack's last outputs and its state. An update was interrupted, or failed,
 * if the state has another intent than the last outputs.
 */
export function intentOf(name: string, cloud: Cloud, spec: ServiceSpec, last: LastOutputs | undefined): Intent {
  // Freezes decide whether an update may begin, and nothing in it.
  const asked = omit(spec, ["freeze", "freezeOverride"]);
  const digest = fingerprint({ version: packageVersion(), cloud: cloud.name, region: cloud.region, spec: asked });
  const resources = last?.resources ?? [];
  const recorded = resources.find(isNamed(`${name}-intent`, intentType))?.outputs;
  const attempt = Math.max(numberOf(recorded?.attempt), last?.deployed?.attempt ?? 0);
  const interrupted = recorded !== undefined && recorded.digest !== last?.deployed?.digest;
  // Without the stack's last outputs, nothing says that a release has never had traffic.
  const entering = last === undefined ? [] : enteringIn(spec.releases, last);
  const rules = resources.filter(isNamed(`${name}-traffic-split-`, trafficRuleType));
  return {
    digest,
    attempt: interrupted ? attempt + 1 : attempt,
    interrupted,
    resources,
    unfinished: unfinishedIn(
      resources,
      recorded ?? {},
      rules.map(({ outputs }) => outputs.requested).filter(isMapping),
    ),
    renewals: numberOf(recorded?.renewal),
    entering,
    underWay: interrupted ? entering.filter(wasToEnter(name, spec, recorded, resources)) : [],
    splitRules: rules.flatMap(({ outputs: { rule } }) => (typeof rule === "string" ? [rule] : [])),
  };
}

/** Whether the recorded intent was to send a release its first requests, and the last of its checks is in the state. */
function wasToEnter(
  name: string,
  { gate }: ServiceSpec,
  intent: Readonly<Record<string, unknown>>,
  resources: readonly RecordedResource[],
): (release: string) => boolean {
  const wanted: readonly unknown[] = Array.isArray(intent.entering) ? intent.entering : [];
  const check = gate.from === "none" ? "HealthyTargets" : "Gate";
  return (release) => wanted.includes(release) && resources.some(isNamed(`${name}-${release}-`, check));
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** The attempt: one more, too, where resources have to be created again after an interrupted deletion. */
export function attemptOf({ attempt, interrupted }: Intent, { renewed }: Registered): Promise<number> {
  return renewed.then(({ size }) => (interrupted || size === 0 ? attempt : attempt + 1));
}

/** Registers the intent, before anything that it is about. */
export function recordIntent(
  name: string,
  { cloud, spec }: { readonly cloud: Cloud; readonly spec: ServiceSpec },
  intent: Intent,
  registered: Registered,
  mark: IntentArgs["mark"],
  parent: pulumi.ComponentResource,
): pulumi.Resource {
  const { digest, entering, interrupted, resources, splitRules, unfinished } = intent;
  const releases = spec.releases.map(({ id, weight }) => ({ id, weight }));
  const recorded = registered.renewed.then((renewed) =>
    interrupted || renewed.size > 0 ? idsBut(resources, renewed) : [],
  );
  const attempt = attemptOf(intent, registered);
  const used = { files: spec.files, share: spec.files?.share };
  const unusedStores = (["files", "share"] as const).filter(
    (kind) => used[kind] === undefined && !resources.some(isNamed(`${name}-${kind}`, storeTypes[kind])),
  );
  const { renewal } = registered;
  return cloud.recordIntent(
    `${name}-intent`,
    { digest, attempt, splitRules, recorded, unfinished, unusedStores, renewal, mark, releases, entering },
    parent,
  );
}

import type * as pulumi from "@pulumi/pulumi";
import type { Cloud, IntentArgs } from "./clouds/cloud";
import { fingerprint } from "./id";
import type { LastOutputs, RecordedResource } from "./last-outputs";
import { packageVersion } from "./remote";
import type { ServiceSpec } from "./spec";

/** What a program asks for with one update, and how it follows on the updates before. */
export interface Intent {
  /** The digest of everything that the program asks for. */
  readonly digest: string;
  /** How many times the stack had to look for what an interrupted update left. */
  readonly attempt: number;
  /** The ids of everything in the state, where an interrupted update may have left more; else empty. */
  readonly recorded: readonly string[];
  /** The ids of the recorded rules of the traffic split. */
  readonly splitRules: readonly string[];
}

/** The last part of an intent's type. */
export const intentType = "Intent";
/** The last part of the type of the rules that share requests among the releases. */
export const trafficRuleType = "TrafficRule";

/**
 * Compares what the program asks for with the stack's last outputs and its state. An update was interrupted, or failed,
 * if the state has another intent than the last outputs.
 */
export function intentOf(name: string, cloud: Cloud, spec: ServiceSpec, last: LastOutputs | undefined): Intent {
  const digest = fingerprint({ version: packageVersion(), cloud: cloud.name, region: cloud.region, spec });
  const resources = last?.resources ?? [];
  const recorded = resources.find(isNamed(`${name}-intent`, intentType))?.outputs;
  const attempt = Math.max(numberOf(recorded?.attempt), last?.deployed?.attempt ?? 0);
  const interrupted = recorded !== undefined && recorded.digest !== last?.deployed?.digest;
  return {
    digest,
    attempt: interrupted ? attempt + 1 : attempt,
    // The engine gives no id of a dynamic resource: a rule, and what belongs to another resource, has it among its outputs.
    recorded: interrupted
      ? resources.flatMap(({ outputs: { id, rule, member } }) =>
          [id, rule, member].filter((one) => typeof one === "string"),
        )
      : [],
    splitRules: resources
      .filter(isNamed(`${name}-traffic-split-`, trafficRuleType))
      .flatMap(({ outputs: { rule } }) => (typeof rule === "string" ? [rule] : [])),
  };
}

function isNamed(start: string, lastOfType: string): (resource: RecordedResource) => boolean {
  return ({ urn, type }) => type.endsWith(`:${lastOfType}`) && (urn.split("::").at(-1) ?? "").startsWith(start);
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Registers the intent, before anything that it is about. */
export function recordIntent(
  name: string,
  { cloud, spec }: { readonly cloud: Cloud; readonly spec: ServiceSpec },
  intent: Intent,
  mark: IntentArgs["mark"],
  parent: pulumi.ComponentResource,
): pulumi.Resource {
  const releases = spec.releases.map(({ id, weight }) => ({ id, weight }));
  return cloud.recordIntent(`${name}-intent`, { ...intent, mark, releases }, parent);
}

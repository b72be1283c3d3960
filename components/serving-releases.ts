import type { ServingInputs } from "./clouds/start-size.remote";
import type { LastOutputs } from "./last-outputs";
import { isMapping } from "./stack-file/values";

/**
 * What the stack knows of the releases that may serve before an update. Which of them do, the update reads from their rule.
 * Nothing is known without the stack's last outputs.
 *
 * @param rules the ids of the recorded rules of the traffic split
 */
export function servingReleases(rules: readonly string[], last: LastOutputs | undefined): ServingInputs {
  const outputsOf = (lastOfType: string) =>
    (last?.resources ?? []).filter(({ type }) => type.endsWith(`:${lastOfType}`)).map(({ outputs }) => outputs);
  const servers = outputsOf("HealthyTargets").flatMap(({ targetGroup, group, cluster = "" }) =>
    typeof targetGroup === "string" && typeof group === "string" && typeof cluster === "string"
      ? [{ targetGroup, group, cluster }]
      : [],
  );
  const recorded = outputsOf("TrafficRule").filter(({ rule }) => typeof rule === "string" && rules.includes(rule));
  const splits = recorded.map(({ lastSplit }) => lastSplit).filter(isMapping);
  const weights = splits
    .flatMap((split) => Object.entries(split))
    .filter((entry): entry is [string, number] => typeof entry[1] === "number");
  return { rules, lastSplit: Object.fromEntries(weights), servers };
}

import { rulesOf, purposeOf, ruleClient, sharesOf } from "../../../components/clouds/aws/rules.remote";
import { type Subject, ofType, textOf } from "../../subject";
import type { RuleFacts } from "../traffic";

/** Reads the rules of the load balancer's listeners. */
export async function readRules(subject: Subject): Promise<RuleFacts> {
  const client = ruleClient(subject);
  const [split] = ofType(subject.resources, "TrafficRule");
  const listeners = ofType(subject.resources, "Listener").map(({ id = "" }) => id);
  const rules = (
    await Promise.all(
      listeners.map(async (listener) => (await rulesOf(client, listener)).map((rule) => ({ ...rule, listener }))),
    )
  ).flat();
  const shares = rules
    .filter((rule) => rule.listener === split?.inputs?.listener && purposeOf(rule) === "split")
    .flatMap((rule) => [...sharesOf(rule)]);
  const named = (split?.inputs?.shares ?? []) as readonly { readonly release: string; readonly targetGroup: string }[];
  const release = (targetGroup: string) =>
    named.find((one) => one.targetGroup === targetGroup)?.release ??
    targetGroup.slice(targetGroup.lastIndexOf(":") + 1);
  return {
    shares: new Map(shares.map(([targetGroup, share]) => [release(targetGroup), share])),
    headers: rules
      .flatMap(({ Conditions = [] }) => Conditions)
      .filter(({ HttpHeaderConfig: header }) => header?.HttpHeaderName?.toLowerCase() === "x-release")
      .flatMap(({ HttpHeaderConfig: header }) => (header?.Values ?? []).map(textOf)),
  };
}

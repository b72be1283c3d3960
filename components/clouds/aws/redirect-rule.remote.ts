import type { Refreshed } from "../../remote";
import { type RuleInputs, everyPath, plainRule, readRule, ruleClient } from "./rules.remote";

/** The outputs of a redirect rule. */
export interface Outputs extends RuleInputs {
  /** The rule's ARN. */
  readonly rule: string;
}

const { create, update, remove } = plainRule(({ listener, tags }: RuleInputs) => ({
  listener,
  purpose: "redirect",
  conditions: [everyPath],
  actions: [{ Type: "redirect", RedirectConfig: { Port: "443", Protocol: "HTTPS", StatusCode: "HTTP_301" } }],
  tags,
}));

export { create, update, remove as delete };

/** Finds out whether the rule exists. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, rule = id } = outputs;
  if (region === undefined) return { id, props: outputs };
  return (await readRule(ruleClient({ region }), rule)) === undefined ? {} : { id, props: outputs };
}

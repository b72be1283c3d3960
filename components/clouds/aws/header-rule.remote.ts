import type { Refreshed } from "../../remote";
import { type RuleInputs, forwardTo, plainRule, readRule, releaseHeader, ruleClient, sharesOf } from "./rules.remote";

/** The inputs of a header rule. */
export interface Inputs extends RuleInputs {
  /** The value of the header X-Release by which a request names the release. */
  readonly header: string;
  /** The ARN of the target group that gets such requests. */
  readonly targetGroup: string;
}

/** The outputs of a header rule. */
export interface Outputs extends Inputs {
  /** The rule's ARN. */
  readonly rule: string;
}

const { create, update, remove } = plainRule(({ listener, header, targetGroup, tags }: Inputs) => ({
  listener,
  purpose: "header",
  conditions: [releaseHeader(header)],
  actions: [forwardTo(new Map([[targetGroup, 100]]))],
  tags,
}));

export { create, update, remove as delete };

/** Reads the target group that gets the requests. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region, rule = id } = outputs;
  if (region === undefined) return { id, props: outputs };
  const live = await readRule(ruleClient({ region }), rule);
  if (live === undefined) return {};
  const [targetGroup = ""] = sharesOf(live).keys();
  return { id, props: { ...outputs, targetGroup } };
}

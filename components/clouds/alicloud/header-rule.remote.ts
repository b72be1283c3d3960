import type { Created, Refreshed, Updated } from "../../remote";
import { balancing, deleteRule, ensureRule, forwardTo, type ListenerInputs, readRule } from "./rules.remote";

/** The inputs of a header rule. */
export interface Inputs extends ListenerInputs {
  /** The id of the release: the value of the header `X-Release`. */
  readonly release: string;
  /** The release's target group. */
  readonly targetGroup: string;
}

/** The outputs of a header rule. */
export interface Outputs extends Inputs {
  /** The rule's id. */
  readonly rule: string;
}

/** Creates the rule. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const outs = await ensure(inputs);
  return { id: outs.rule, outs };
}

/** Forwards to another target group. */
export async function update(_id: string, _before: Partial<Outputs>, inputs: Inputs): Promise<Updated<Outputs>> {
  return { outs: await ensure(inputs) };
}

async function ensure(inputs: Inputs): Promise<Outputs> {
  const { RuleId } = await ensureRule(inputs, {
    band: "header",
    conditions: [{ Type: "Header", HeaderConfig: { Key: "X-Release", Values: [inputs.release] } }],
    actions: [forwardTo(new Map([[inputs.targetGroup, 100]]))],
  });
  return { ...inputs, rule: RuleId };
}

/** Finds out whether the rule still exists. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { region = "", loadBalancing = "", rule = id } = outputs;
  const found = await readRule(balancing({ region, loadBalancing }), rule);
  return found === undefined ? {} : { id, props: outputs };
}

/** Deletes the rule. */
async function remove(id: string, { region = "", loadBalancing = "", rule = id }: Partial<Outputs>): Promise<void> {
  await deleteRule({ region, loadBalancing }, rule);
}
export { remove as delete };

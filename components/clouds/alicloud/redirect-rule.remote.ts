import type { Created, Refreshed } from "../../remote";
import { balancing, deleteRule, ensureRule, everyPath, type ListenerInputs, readRule } from "./rules.remote";

/** The inputs of a redirect rule. */
export type Inputs = ListenerInputs;

/** The outputs of a redirect rule. */
export interface Outputs extends Inputs {
  /** The rule's id. */
  readonly rule: string;
}

/** To the same address over HTTPS. */
const redirect = {
  Type: "Redirect",
  Order: 1,
  RedirectConfig: {
    Protocol: "HTTPS",
    Port: "443",
    Host: "${host}",
    Path: "${path}",
    Query: "${query}",
    HttpCode: "301",
  },
} as const;

/** Creates the rule. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { RuleId } = await ensureRule(inputs, { band: "redirect", conditions: [everyPath], actions: [redirect] });
  return { id: RuleId, outs: { ...inputs, rule: RuleId } };
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

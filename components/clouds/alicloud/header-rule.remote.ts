import { type ListenerInputs, forwardTo, plainRule } from "./rules.remote";

/** The inputs of a header rule. */
export interface Inputs extends ListenerInputs {
  /** The value of the header X-Release by which a request names the release. */
  readonly header: string;
  /** The release's target group. */
  readonly targetGroup: string;
}

const { create, update, read, remove } = plainRule(({ header, targetGroup }: Inputs) => ({
  band: "header",
  conditions: [{ Type: "Header", HeaderConfig: { Key: "X-Release", Values: [header] } }],
  actions: [forwardTo(new Map([[targetGroup, 100]]))],
}));

export { create, update, read, remove as delete };

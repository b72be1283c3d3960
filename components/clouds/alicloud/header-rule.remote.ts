import { type ListenerInputs, forwardTo, plainRule } from "./rules.remote";

/** The inputs of a header rule. */
export interface Inputs extends ListenerInputs {
  /** The id of the release: the value of the header `X-Release`. */
  readonly release: string;
  /** The release's target group. */
  readonly targetGroup: string;
}

const { create, update, read, remove } = plainRule(({ release, targetGroup }: Inputs) => ({
  band: "header",
  conditions: [{ Type: "Header", HeaderConfig: { Key: "X-Release", Values: [release] } }],
  actions: [forwardTo(new Map([[targetGroup, 100]]))],
}));

export { create, update, read, remove as delete };

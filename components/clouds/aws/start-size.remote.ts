import type { Created } from "../../remote";
import { type StartSizeInputs, type StartSizeOutputs, createStartSize } from "../start-size.remote";
import { boundedGroup } from "./bounds.remote";
import { readRule, ruleClient, sharesOf } from "./rules.remote";

/** The inputs of a release's starting size. */
export interface Inputs extends StartSizeInputs {
  readonly region: string;
}

/** Reads how large the releases are that serve. */
export function create(inputs: Inputs): Promise<Created<Inputs & StartSizeOutputs>> {
  const client = ruleClient(inputs);
  return createStartSize(inputs, {
    async split(arn) {
      const rule = await readRule(client, arn);
      return rule === undefined ? new Map() : sharesOf(rule);
    },
    group: (servers) => boundedGroup(inputs.region, servers),
  });
}

import type { Created } from "../../remote";
import { type StartSizeInputs, type StartSizeOutputs, createStartSize } from "../start-size.remote";
import { boundedGroup } from "./bounds.remote";
import { balancing, readRule, sharesOf } from "./rules.remote";

/** The inputs of a release's starting size. */
export interface Inputs extends StartSizeInputs {
  readonly region: string;
  /** The URLs of the APIs of the load balancer and of Auto Scaling. */
  readonly loadBalancing: string;
  readonly scaling: string;
}

/** Reads how large the releases are that serve. */
export function create(inputs: Inputs): Promise<Created<Inputs & StartSizeOutputs>> {
  const api = balancing(inputs);
  return createStartSize(inputs, {
    split: async (rule) => sharesOf((await readRule(api, rule))?.RuleActions),
    group: ({ group }) => boundedGroup(inputs, group),
  });
}

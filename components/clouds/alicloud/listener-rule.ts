import type * as pulumi from "@pulumi/pulumi";
import { endpointOf } from "./regions";
import type { AlicloudFacts } from "./settings";

/** The inputs that every rule of a listener has. The rule's name in the cloud is its logical name. */
export function ruleOn(listener: pulumi.Output<string>, name: string, facts: AlicloudFacts) {
  return { region: facts.region, loadBalancing: endpointOf(facts, "alb"), listener, name };
}

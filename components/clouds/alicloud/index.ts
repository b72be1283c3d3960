import type { Cloud, StackFacts } from "../cloud";
import { container } from "./container";
import { createEnvironment } from "./environment";
import { check } from "./limits";
import { notes } from "./notes";
import { vm } from "./vm";

/** Alibaba Cloud behind the port. */
export function alicloud(facts: StackFacts): Cloud {
  const { region } = facts;
  const platforms = { container: container(facts), vm: vm(facts) };
  return {
    name: "alicloud",
    region,
    platforms,
    check: (service) => check(service, region),
    notes,
    createEnvironment: (name, spec, parent) =>
      createEnvironment({ name, spec, facts, parent }, platforms[spec.compute]),
  };
}

import type { Cloud, StackFacts } from "../cloud";
import { zonesFor } from "../zones";
import { AccountCheck } from "./account-check";
import { container } from "./container";
import { createEnvironment } from "./environment";
import { Intent } from "./intent";
import { check } from "./limits";
import { zonesOf } from "./regions";
import { vm } from "./vm";

/** Amazon Web Services behind the port. */
export function aws(facts: StackFacts): Cloud {
  const { region, projectFolder } = facts;
  const platforms = { container: container(facts), vm: vm(facts) };
  return {
    name: "aws",
    region,
    projectFolder,
    zonesOf: (network) => zonesFor(network, zonesOf(region)),
    platforms,
    check: (service) => check(service, region),
    notes: () => [],
    checkAccount: (resource, parent) => new AccountCheck(resource, region, parent),
    createEnvironment: (name, spec, mark, natZones, parent) =>
      createEnvironment({ name, spec, facts, mark, parent }, platforms[spec.compute], natZones),
    recordIntent: (resource, args, parent) => new Intent(resource, facts, args, { parent }),
  };
}

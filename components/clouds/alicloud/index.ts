import type { Cloud } from "../cloud";
import { zonesFor } from "../zones";
import { AccountCheck } from "./account-check";
import { container } from "./container";
import { createEnvironment } from "./environment";
import { Intent } from "./intent";
import { check } from "./limits";
import { zonesOf } from "./regions";
import { notes } from "./notes";
import type { AlicloudFacts } from "./settings";
import { vm } from "./vm";

/** Alibaba Cloud behind the port. */
export function alicloud(facts: AlicloudFacts): Cloud {
  const { region, projectFolder } = facts;
  const platforms = { container: container(facts), vm: vm(facts) };
  return {
    name: "alicloud",
    region,
    projectFolder,
    zonesOf: (network) => zonesFor(network, zonesOf(region)),
    platforms,
    check: (service) => check(service, region),
    notes,
    checkAccount: (resource, parent) => new AccountCheck(resource, region, parent),
    createEnvironment: (name, spec, mark, natZones, parent) =>
      createEnvironment({ name, spec, facts, mark, parent }, platforms[spec.compute], natZones),
    recordIntent: (resource, args, parent) => new Intent(resource, facts, args, { parent }),
  };
}

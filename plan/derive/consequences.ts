import type { Effect } from "../../components/stack-file/change-kinds";
import { type PlacementFacts, refusals } from "../../components/stack-file/refusals";
import type {
  Consequence,
  NamedResource,
  PlannedResource,
  ServiceChange,
  ServicePlan,
  SettingChange,
} from "../contract";
import { sentenceList, shortType } from "../words";
import type { ResourceChanges } from "./resource-changes";

/** A service in both plans. */
export interface ServicePair {
  readonly before: ServicePlan | undefined;
  readonly after: ServicePlan | undefined;
  readonly change: ServiceChange;
}

const order: readonly Consequence["kind"][] = [
  "refused",
  "removed",
  "downtime",
  "address",
  "dataDeleted",
  "replaced",
  "dataKept",
];

/** What a reviewer has to know first, the worst first. */
export function consequencesOf(services: readonly ServicePair[], resources: ResourceChanges): Consequence[] {
  const gone = goneIn(resources);
  // A resource is named by one consequence only, besides those on data.
  const named = new Set<PlannedResource>();
  const name = (found: readonly PlannedResource[]) => {
    for (const resource of found) named.add(resource);
    return namesOf(found);
  };
  const whole = services.some(({ before, after }) => before !== undefined && after === undefined);
  return [
    ...services.flatMap(refused),
    ...services.flatMap(({ before, after, change }) => (before && !after ? [removed(change)] : [])),
    ...services.flatMap(({ change }) => change.settings).flatMap((setting) => ofSetting(setting, gone, name)),
    ...(whole ? [] : ofResources(resources, named, name)),
    ...dataIn(gone),
    ...otherReplaced(resources, named),
  ].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** The resources that are deleted or replaced. */
export function goneIn({ deleted, replaced }: ResourceChanges): PlannedResource[] {
  return [...deleted, ...replaced.map(({ resource }) => resource)];
}

/** The effects of a setting without what replaces nothing here: a network that only gets a zone keeps the others. */
export function withoutIdle(setting: SettingChange, gone: readonly PlannedResource[]): SettingChange {
  const effects = setting.effects.filter(
    (effect) => effect.kind !== "replaces" || effect.loses === "data" || gone.some(isOneOf(effect.types)),
  );
  return { ...setting, effects };
}

/** What `pulumi up` refuses, if the plan before is what serves. */
function refused({ before, after }: ServicePair): Consequence[] {
  if (before === undefined || after === undefined) return [];
  return refusals(placementOf(before), placementOf(after)).map(({ path, message }) => ({
    kind: "refused",
    path,
    resources: [],
    sentence: message,
  }));
}

/** Where a service is, from its plan. */
export function placementOf({ description: { cloud, region, service } }: ServicePlan): PlacementFacts {
  const { name, network, loadBalancer } = service;
  return {
    name,
    cloud,
    region,
    network: "vpcId" in network ? { vpcId: network.vpcId } : { cidr: network.cidr },
    internal: loadBalancer.internal,
  };
}

function removed({ name }: ServiceChange): Consequence {
  return { kind: "removed", resources: [], sentence: `service ${name} and its address are removed` };
}

/** What a changed setting replaces, with names, or deletes because its value is lower. */
function ofSetting(setting: SettingChange, gone: readonly PlannedResource[], name: Namer): Consequence[] {
  const path = setting.fields[0]?.field;
  return setting.effects.flatMap((effect): Consequence[] => {
    if (isLowered(effect, setting)) {
      const before = typeof setting.before === "number" ? String(setting.before) : "all";
      const sentence = `${before} → ${String(setting.after)} deletes ${effect.deletesWhenLowered}`;
      return [{ kind: "dataDeleted", path, resources: [], sentence }];
    }
    // Of data, dataIn says what happens to it.
    if (effect.kind !== "replaces" || effect.loses === "data") return [];
    const resources = name(gone.filter(isOneOf(effect.types)));
    if (resources.length === 0) return [];
    const kind = effect.loses === "address" ? "address" : "replaced";
    return [{ kind, path, resources, sentence: `replaces or removes ${effect.what}; ${effect.consequence}` }];
  });
}

/** Marks resources as named, and returns their names. */
type Namer = (found: readonly PlannedResource[]) => string[];

function isLowered(
  effect: Effect,
  { before, after }: SettingChange,
): effect is Effect & { deletesWhenLowered: string } {
  return (
    effect.kind === "inPlace" &&
    effect.deletesWhenLowered !== undefined &&
    typeof after === "number" &&
    (before === undefined || (typeof before === "number" && after < before))
  );
}

/** What it means that a resource of a type is replaced although the service stays. */
const meanings: readonly (Pick<Consequence, "kind" | "sentence"> & {
  readonly types: readonly string[];
  readonly deleted: boolean;
})[] = [
  {
    kind: "address",
    types: ["LoadBalancer"],
    deleted: true,
    sentence: "the load balancer is replaced: the service has another address, and the old one stops responding",
  },
  {
    kind: "downtime",
    types: ["Listener"],
    deleted: false,
    sentence: "the listener is replaced: until the new one has its rules, requests fail",
  },
  {
    kind: "downtime",
    types: ["TargetGroup", "ServerGroup", "Group", "Service", "ScalingGroup"],
    deleted: false,
    sentence: "what serves a running release is replaced without a new release: requests may fail",
  },
  {
    kind: "address",
    types: ["NatGateway", "Eip", "PublicAddress"],
    deleted: true,
    sentence: "the addresses from which instances reach other networks change, and open connections through them end",
  },
];

/** Consequences that follow from resources alone. `named` are those that a setting's consequence has named. */
function ofResources(
  { deleted, replaced }: ResourceChanges,
  named: ReadonlySet<PlannedResource>,
  name: Namer,
): Consequence[] {
  return meanings.flatMap(({ kind, types, deleted: also, sentence }) => {
    const gone = [...replaced.map(({ resource }) => resource), ...(also ? deleted : [])];
    const found = gone.filter((resource) => isOneOf(types)(resource) && !named.has(resource));
    return found.length === 0 ? [] : [{ kind, resources: name(found), sentence }];
  });
}

/** What happens to data in resources that are deleted or replaced. */
function dataIn(gone: readonly PlannedResource[]): Consequence[] {
  const holders = gone.filter(holdsData);
  const kept = holders.filter(isKept);
  const lost = holders.filter((holder) => !isKept(holder));
  return [
    ...(lost.length === 0
      ? []
      : [{ kind: "dataDeleted", resources: namesOf(lost), sentence: "deleted with all their data" } as const]),
    ...(kept.length === 0
      ? []
      : [
          {
            kind: "dataKept",
            resources: namesOf(kept),
            sentence: "kept in the cloud with their data, outside of the stack",
          } as const,
        ]),
  ];
}

function holdsData({ type, inputs }: PlannedResource): boolean {
  return (
    "whenRemoved" in inputs ||
    /[:/](bucket:Bucket|fileSystem:FileSystem|logGroup:LogGroup|project:Project|store:Store)$/.test(type)
  );
}

function isKept({ inputs, retainOnDelete }: PlannedResource): boolean {
  return "whenRemoved" in inputs ? inputs.whenRemoved === "keep" : retainOnDelete;
}

/**
 * Every replaced resource that no other consequence has named, first those that are replaced for a change of their own.
 */
function otherReplaced({ replaced }: ResourceChanges, named: ReadonlySet<PlannedResource>): Consequence[] {
  const others = replaced.filter(({ resource }) => !named.has(resource));
  if (others.length === 0) return [];
  const roots = others.filter(({ change }) => change.follows.length === 0);
  const sorted = [...roots, ...others.filter((other) => !roots.includes(other))];
  const properties = [...new Set((roots.length > 0 ? roots : others).flatMap(({ change }) => change.replacedFor))];
  const sentence = `because of ${sentenceList(properties)}`;
  return [{ kind: "replaced", resources: namesOf(sorted.map(({ resource }) => resource)), sentence }];
}

function namesOf(resources: readonly NamedResource[]): string[] {
  return resources.map(({ name, type }) => `${name} (${shortType(type)})`);
}

/** Whether a resource's type ends with one of these names; a component's does not count. */
function isOneOf(types: readonly string[]): (resource: NamedResource) => boolean {
  return ({ type }) => !type.startsWith("immutable:") && types.includes(shortType(type));
}

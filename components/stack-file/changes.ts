import {
  type Change,
  type ChangedPlatform,
  type Effects,
  type FieldChanges,
  type OnClouds,
  changed,
  entry,
  fieldsOf,
  inPlace,
  newRelease,
  optional,
  refused,
  replaces,
} from "./change-kinds";

/*
 * What each change of the stack file does to a running service, once, as data: docs/changes.md is generated from it,
 * the plan prints it, and `refusals` refuses by it. tests/unit/changes.test.ts compares its fields with the schema's.
 */

const nextRelease = inPlace("the next new release uses it");
const nextFrozen = inPlace("it changes nothing that runs, and counts for releases that have had no traffic");
const release = changed(newRelease());
const optionalRelease = optional(newRelease());

/** What a network, or what lies in it, cannot be changed into while a release serves. */
const otherNetwork = refused("replace the network and all in it, and change the service's address");
const elsewhere = refused("create everything in another place and leave what serves behind");

const removedZones = {
  what: "the subnets and NAT gateways of removed zones",
  consequence:
    "the addresses from which instances in those zones reach other networks change; if the only NAT gateway was in one of " +
    "them, those of all instances change, and their open connections through it end",
  types: ["Subnet", "Switch", "NatGateway", "Eip", "PublicAddress"],
  loses: "address",
} as const;

const gateways = {
  what: "the NAT gateways",
  consequence: "the addresses from which instances reach other networks change, and open connections through them end",
  types: ["NatGateway", "Eip", "PublicAddress", "SnatEntry"],
  loses: "address",
} as const;
const otherEgress = {
  aws: replaces(gateways),
  alicloud: replaces({
    ...gateways,
    note:
      "to or from `endpoints`, containers pull an image that the stack bakes by another address of its registry, which makes a " +
      "new release",
  }),
};

const scheduledBounds = replaces({
  what: "the schedule of virtual machines",
  consequence: "it does not run in the seconds between; instances, and the bounds that it has set, stay",
  types: ["Schedule"],
});

const granted = "a right is in force before the first new release, and a removed one until the traffic split";
const withdrawn = "the app has the right until the traffic split";

const registryLink =
  "the network is linked to the registry, or no longer is; an image that the stack bakes is pulled by another address, " +
  "which makes a new release";

const appRole = {
  what: "the app's role",
  consequence: "policies that were attached to it outside of this stack are not on the new one",
  types: ["Role"],
} as const;

const data = (what: string, field: string, types: readonly string[]) =>
  ({
    what,
    consequence: `it is kept or deleted with its content, as \`${field}\` says`,
    types,
    loses: "data",
  }) as const;

const imageBuild: Readonly<Record<string, FieldChanges>> = {
  "image.build": { on: newRelease(), off: newRelease() },
  "image.build.from": release,
  "image.build.artifact": changed([{ kind: "newRelease", note: "another path of the same file changes nothing" }]),
  "image.build.folder": changed([{ kind: "newRelease", note: "another path of the same files changes nothing" }]),
  "image.build.arguments": release,
  "image.build.repository": optionalRelease,
  "image.build.revision": optional(inPlace("the next image that is baked has it")),
  "image.build.source": optional(inPlace("the next image that is baked has it")),
  "image.build.pullableBy": optional(
    inPlace("an account that is no longer listed can start no new instances of the image"),
  ),
  "image.build.keep": {
    on: [{ kind: "inPlace", deletesWhenLowered: "images that no release has named for that many days" }],
    off: inPlace(),
    changed: [{ kind: "inPlace", deletesWhenLowered: "images that no release has named for that many days" }],
  },
};

const network: Readonly<Record<string, FieldChanges>> = {
  network: changed(otherNetwork),
  "network.cidr": changed(otherNetwork),
  "network.zones": changed({
    aws: newRelease(removedZones),
    alicloud: newRelease(removedZones, {
      what: "the load balancer's fixed addresses in removed zones",
      consequence: "clients that use such an address instead of the DNS name lose it",
      types: ["LoadBalancerZone"],
      loses: "address",
    }),
  }),
  "network.egress": changed(otherEgress),
  "network.vpcId": changed(otherNetwork),
  "network.privateSubnetIds": release,
  "network.securityGroupIds": optionalRelease,
  "network.publicSubnetIds": optional({
    aws: inPlace("the load balancer moves to the zones of these subnets"),
    alicloud: [
      { kind: "inPlace", note: "the load balancer moves to the zones of these subnets" },
      {
        kind: "replaces",
        what: "the load balancer's fixed addresses in replaced subnets",
        consequence: "clients that use such an address instead of the DNS name lose it",
        types: ["LoadBalancerZone"],
        loses: "address",
      },
    ],
  }),
};

const removal = "it counts for a removal in a later update";
const bounds = inPlace("at once; where a schedule has set the bounds since, with the next schedule");

const traffic: Readonly<Record<string, FieldChanges>> = {
  "loadBalancer.internal": changed(refused("change the load balancer's addresses, and with them the service's")),
  ...fieldsOf("loadBalancer", ["allowFrom", "drain"], changed(inPlace())),
  "loadBalancer.idleTimeout": changed([
    {
      kind: "newRelease",
      note:
        "the load balancer's own time changes first: after a rise by more than 15 seconds, single requests to the old " +
        "release may fail until it has no traffic",
    },
  ]),
  tls: {
    on: inPlace("port 80 redirects to port 443 from then on"),
    off: inPlace("port 80 answers again; clients that use https lose the service"),
  },
  "tls.certificate": changed(inPlace()),
  ...fieldsOf("gate", ["from", "answers", "within"], changed(nextRelease)),
  "gate.url": optional(nextRelease),
  rollout: { on: nextRelease, off: nextRelease },
  ...fieldsOf("rollout", ["steps", "pause", "bake"], changed(nextRelease)),
  ...fieldsOf("rollout.watch", ["errors", "alarms"], changed(nextRelease)),
  "rollout.watch.latency": optional(nextRelease),
  previous: { on: nextRelease, off: inPlace("the release that was kept is deleted") },
  "previous.keep": changed(nextRelease),
  "previous.holdFor": optional(nextRelease),
  "freeze[]": entry(nextFrozen, nextFrozen),
  ...fieldsOf("freeze[]", ["from", "to", "schedule", "hours", "timezone", "reason"], changed(nextFrozen)),
  freezeOverride: { on: nextFrozen, off: nextFrozen },
  ...fieldsOf("freezeOverride", ["version", "reason"], changed(nextFrozen)),
};

const releases: Readonly<Record<string, FieldChanges>> = {
  "releases[]": entry(newRelease(), inPlace("its server group is drained and deleted after its traffic has moved")),
  ...fieldsOf("releases[]", ["version", "image"], release),
  ...fieldsOf(
    "releases[]",
    [
      "renewedAt",
      "architecture",
      "port",
      "size",
      "disk",
      "command",
      "environment",
      "secrets",
      "hardening",
      "health",
      "aws",
    ],
    optionalRelease,
  ),
  "releases[].weight": changed(inPlace("the traffic split has it at the end of the update")),
  "releases[].instances": optional(bounds),
};

/** The effects of every change of every field, by its path in docs/stack-file.md and by configuration key. */
export const fieldChanges: Readonly<Record<string, FieldChanges>> = {
  "immutable-service:cloud": changed(elsewhere),
  "aws:region": changed(elsewhere),
  "alicloud:region": changed(elsewhere),
  "alicloud:accountType": optional(inPlace("it only says where the provider sends its requests")),
  "alicloud:endpoints": optional(inPlace("it only says where the provider sends its requests")),

  name: changed(refused("create another service under the new name and delete this one")),
  compute: changed({
    aws: newRelease(appRole, {
      what: "the ECS cluster",
      consequence: "what else runs in it has to move",
      types: ["Cluster"],
    }),
    alicloud: newRelease(appRole),
  }),
  version: release,
  renewedAt: optionalRelease,
  image: release,
  ...imageBuild,
  architecture: release,
  port: release,
  ...fieldsOf("size", ["cpu", "memoryGiB"], release),
  "disk.sizeGiB": release,
  command: optionalRelease,
  environment: release,
  secrets: release,
  ...fieldsOf("hardening", ["readOnlyRoot", "user", "dropCapabilities"], optionalRelease),
  "instances.min": changed(bounds),
  "instances.max": optional(bounds),
  "instances.start": optional(nextRelease),
  ...fieldsOf("health", ["path", "interval", "timeout", "healthyAfter", "unhealthyAfter", "startWithin"], release),
  files: { on: newRelease(), off: newRelease(data("the bucket", "files.whenRemoved", ["ObjectStore"])) },
  ...fieldsOf("files", ["whenRemoved", "share.whenRemoved"], changed(inPlace(removal))),
  "files.keepVersions": changed([{ kind: "inPlace", deletesWhenLowered: "object versions that were replaced before" }]),
  "files.share": {
    on: newRelease(),
    off: newRelease(data("the shared file system", "files.share.whenRemoved", ["FileSystem"])),
  },
  "files.share.path": release,
  "logs.retentionDays": changed([{ kind: "inPlace", deletesWhenLowered: "logs that are older" }]),
  "logs.whenRemoved": changed(inPlace(removal)),
  "scaling[]": entry(inPlace(), inPlace()),
  ...fieldsOf("scaling[]", ["metric", "target", "schedule", "timezone"], changed(inPlace())),
  ...fieldsOf("scaling[]", ["min", "max"], changed({ aws: scheduledBounds, alicloud: inPlace() })),
  ...network,
  ...traffic,
  ...releases,
  "permissions[]": entry(inPlace(granted), inPlace(withdrawn)),
  ...fieldsOf("permissions[]", ["actions", "resources"], changed(inPlace(granted))),
  "permissions[].conditions": optional(inPlace(granted)),
  policyArns: changed(
    inPlace("a policy is attached before the first new release and detached after the traffic split"),
  ),
  "aws.rootDevice": release,
  "alicloud.registry": {
    on: { aws: inPlace("it is ignored"), alicloud: inPlace(registryLink) },
    off: { aws: inPlace("it is ignored"), alicloud: inPlace(registryLink) },
    changed: {
      aws: inPlace("it is ignored"),
      alicloud: replaces({
        what: "the network's link to the registry",
        consequence: "running instances go on; one that starts meanwhile pulls its image once its registry is linked",
        types: ["RegistryLink"],
      }),
    },
  },
  "alicloud.secretsImage": {
    on: { aws: inPlace("it is ignored"), alicloud: inPlace("the first release with `secrets` uses it") },
    off: { aws: inPlace("it is ignored"), alicloud: inPlace("no container has `secrets`") },
    changed: {
      aws: inPlace("it is ignored"),
      alicloud: [{ kind: "newRelease", note: "of containers with `secrets`; other releases stay" }],
    },
  },
  tags: changed(inPlace()),
};

/** The effects of a change of a field on a platform; undefined for an unknown field or a change that it cannot have. */
export function effectsOf(
  path: string,
  change: Change,
  { cloud }: Pick<ChangedPlatform, "cloud">,
): Effects | undefined {
  const effects = Object.hasOwn(fieldChanges, path) ? fieldChanges[path]?.[change] : undefined;
  return effects && onCloud(effects, cloud);
}

function onCloud(effects: OnClouds, cloud: ChangedPlatform["cloud"]): Effects {
  return "aws" in effects ? effects[cloud] : effects;
}

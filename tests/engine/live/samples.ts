/**
 * For each change of the stack file, a service before and after it. A field of the schema without a sample fails the
 * test.
 */
import type { Change } from "../../../components/stack-file/change-kinds";
import {
  type FieldSamples,
  always,
  changed,
  toggled,
  both,
  registries,
  certificate,
  policy,
  permission,
  gate,
  rollout,
  further,
  furtherChanged,
  furtherBoth,
  onlyOn,
  isContainer,
  isAwsContainer,
  isAlicloudContainer,
  isAwsVm,
  fetchedBy,
  withSecret,
  freezeSamples,
  furtherWithSecret,
  secretsImage,
  hasSecurityGroups,
  inExisting,
  grouped,
} from "./sample-fields";

/** The changes that a sample covers, there and back. */
export const covers: Readonly<Record<keyof FieldSamples, readonly Change[]>> = {
  toggled: ["on", "off", "added", "removed"],
  changed: ["changed"],
};

/** The samples, by the paths of components/stack-file/changes.ts. */
export const samples: Readonly<Record<string, FieldSamples>> = {
  name: changed({}, { name: "other" }),
  compute: {
    changed: ({ platform, image }) => {
      const compute = platform.compute === "vm" ? "container" : "vm";
      return { after: { compute, image: image("1", compute) } };
    },
  },
  version: changed({}, { version: "1.1.0" }),
  renewedAt: both({ renewedAt: "2026-11-01T09:00Z" }, { renewedAt: "2026-11-02T09:00Z" }),
  image: { changed: ({ image }) => ({ after: { image: image("2") } }) },
  architecture: changed({}, { architecture: "arm64" }),
  port: changed({}, { port: 9090 }),
  "size.cpu": changed({ size: { cpu: 0.5, memoryGiB: 2 } }, { size: { cpu: 1, memoryGiB: 2 } }),
  "size.memoryGiB": changed({}, { size: { cpu: 0.5, memoryGiB: 2 } }),
  "disk.sizeGiB": changed({}, { disk: { sizeGiB: 40 } }),
  command: onlyOn(isContainer, both({ command: ["serve"] }, { command: ["serve", "--quiet"] })),
  environment: changed({}, { environment: { CATALOGUE: "spring" } }),
  secrets: { changed: (live) => ({ before: withSecret(live, "one"), after: withSecret(live, "two") }) },
  "hardening.readOnlyRoot": onlyOn(
    isContainer,
    both({ hardening: { readOnlyRoot: true } }, { hardening: { readOnlyRoot: false } }),
  ),
  "hardening.user": onlyOn(isContainer, both({ hardening: { user: "1000" } }, { hardening: { user: "1001" } })),
  "hardening.dropCapabilities": onlyOn(
    isAwsContainer,
    both({ hardening: { dropCapabilities: true } }, { hardening: { dropCapabilities: false } }),
  ),
  "instances.min": changed({ instances: { min: 2, max: 6 } }, { instances: { min: 3, max: 6 } }),
  "instances.max": both({ instances: { min: 2, max: 5 } }, { instances: { min: 2, max: 8 } }),
  "instances.start": both({ instances: { min: 2, max: 6, start: 3 } }, { instances: { min: 2, max: 6, start: 4 } }),
  "health.path": changed({}, { health: { startWithin: 10, path: "/ready" } }),
  "health.interval": changed({}, { health: { startWithin: 20, interval: 6, healthyAfter: 12, unhealthyAfter: 12 } }),
  "health.timeout": changed({}, { health: { startWithin: 10, timeout: 3 } }),
  "health.healthyAfter": changed({}, { health: { startWithin: 20, healthyAfter: 15 } }),
  "health.unhealthyAfter": changed({}, { health: { startWithin: 10, unhealthyAfter: 20 } }),
  "health.startWithin": changed({}, { health: { startWithin: 20 } }),
  files: toggled({ files: {} }),
  "files.keepVersions": changed({ files: {} }, { files: { keepVersions: 60 } }),
  "files.share": { toggled: always({ before: { files: {} }, after: { files: { share: {} } } }) },
  "files.share.path": changed({ files: { share: {} } }, { files: { share: { path: "/data" } } }),
  "files.whenRemoved": changed({ files: {} }, { files: { whenRemoved: "delete" } }),
  "files.share.whenRemoved": changed({ files: { share: {} } }, { files: { share: { whenRemoved: "delete" } } }),
  "logs.whenRemoved": changed({}, { logs: { whenRemoved: "delete" } }),
  "logs.retentionDays": changed({}, { logs: { retentionDays: 90 } }),
  "scaling[]": toggled({ scaling: [{ metric: "cpu", target: 60 }] }),
  "scaling[].metric": changed(
    { scaling: [{ metric: "cpu", target: 60 }] },
    { scaling: [{ metric: "requests", target: 60 }] },
  ),
  "scaling[].target": changed(
    { scaling: [{ metric: "cpu", target: 60 }] },
    { scaling: [{ metric: "cpu", target: 70 }] },
  ),
  ...Object.fromEntries(
    (
      [
        ["schedule", { schedule: "0 9 * * *" }],
        ["timezone", { timezone: "Asia/Tokyo" }],
        ["min", { min: 3 }],
        ["max", { max: 6 }],
      ] as const
    ).map(([field, change]) => {
      const schedule = { schedule: "0 8 * * *", timezone: "Asia/Shanghai", min: 2, max: 5 };
      return [`scaling[].${field}`, changed({ scaling: [schedule] }, { scaling: [{ ...schedule, ...change }] })];
    }),
  ),
  network: {
    changed: ({ existing }) => ({
      after: {
        network: {
          vpcId: existing.vpcId,
          privateSubnetIds: existing.subnetIds.slice(0, 2),
          publicSubnetIds: existing.publicSubnetIds.slice(0, 2),
        },
      },
    }),
  },
  "network.cidr": changed({}, { network: { cidr: "10.1.0.0/16" } }),
  "network.zones": changed({}, { network: { zones: 3 } }),
  "network.egress": changed({ network: { egress: "nat-per-zone" } }, { network: { egress: "nat" } }),
  "network.vpcId": {
    changed: inExisting(
      ({ vpcId, subnetIds: [a, b], publicSubnetIds }) => ({
        network: { vpcId, privateSubnetIds: [a, b], publicSubnetIds: publicSubnetIds.slice(0, 2) },
      }),
      ({ otherVpcId, subnetIds: [a, b], publicSubnetIds }) => ({
        network: { vpcId: otherVpcId, privateSubnetIds: [a, b], publicSubnetIds: publicSubnetIds.slice(0, 2) },
      }),
    ),
  },
  "network.privateSubnetIds": {
    changed: inExisting(
      // On AWS instances get requests only in zones that the load balancer has.
      ({ vpcId, subnetIds: [a, b], publicSubnetIds }) => ({
        network: { vpcId, privateSubnetIds: [a, b], publicSubnetIds },
      }),
      ({ vpcId, subnetIds: [, b, c], publicSubnetIds }) => ({
        network: { vpcId, privateSubnetIds: [b, c], publicSubnetIds },
      }),
    ),
  },
  "network.publicSubnetIds": {
    toggled: inExisting(
      ({ vpcId, subnetIds: [a, b] }) => ({
        network: { vpcId, privateSubnetIds: [a, b] },
        loadBalancer: { drain: 0, internal: true },
      }),
      ({ vpcId, subnetIds: [a, b], publicSubnetIds }) => ({
        network: { vpcId, privateSubnetIds: [a, b], publicSubnetIds: publicSubnetIds.slice(0, 2) },
      }),
    ),
    changed: inExisting(
      ({ vpcId, subnetIds: [a, b], publicSubnetIds }) => ({
        network: { vpcId, privateSubnetIds: [a, b], publicSubnetIds: publicSubnetIds.slice(0, 2) },
      }),
      ({ vpcId, subnetIds: [a, b], publicSubnetIds }) => ({
        network: { vpcId, privateSubnetIds: [a, b], publicSubnetIds },
      }),
    ),
  },
  "network.securityGroupIds": onlyOn(hasSecurityGroups, {
    toggled: inExisting(grouped(0), grouped(1)),
    changed: inExisting(grouped(1), grouped(2)),
  }),
  "loadBalancer.internal": changed({}, { loadBalancer: { internal: true } }),
  "loadBalancer.allowFrom": changed({}, { loadBalancer: { drain: 0, allowFrom: ["10.0.0.0/8", "203.0.113.0/24"] } }),
  "loadBalancer.drain": changed({}, { loadBalancer: { drain: 10 } }),
  "loadBalancer.idleTimeout": changed({}, { loadBalancer: { drain: 0, idleTimeout: 50 } }),
  tls: toggled({ tls: { certificate: certificate(1) } }),
  "tls.certificate": changed({ tls: { certificate: certificate(1) } }, { tls: { certificate: certificate(2) } }),
  "gate.from": gate({}, { from: "none" }),
  "gate.answers": gate({}, { answers: 2 }),
  "gate.within": gate({}, { within: 60 }),
  "gate.url": {
    // Without an address of its own, the gate asks the load balancer, which has none in a test.
    toggled: ({ service: { gate } }) => ({
      before: { gate: { from: "none" } },
      after: { gate: { ...(gate?.url === undefined ? {} : { url: gate.url }), from: "none" } },
    }),
    changed: ({ service }) => ({ after: { gate: { ...service.gate, url: `${service.gate?.url ?? ""}/` } } }),
  },
  rollout: toggled({ rollout: rollout({}) }),
  "rollout.steps": changed({ rollout: rollout({}) }, { rollout: rollout({ steps: [20] }) }),
  "rollout.pause": changed({ rollout: rollout({}) }, { rollout: rollout({ pause: 60 }) }),
  "rollout.bake": changed({ rollout: rollout({}) }, { rollout: rollout({ bake: 50 }) }),
  "rollout.watch.errors": changed(
    { rollout: rollout({ pause: 60 }) },
    { rollout: rollout({ pause: 60, watch: { errors: 5 } }) },
  ),
  "rollout.watch.latency": both(
    { rollout: rollout({ pause: 60, watch: { errors: 100, latency: 500 } }) },
    { rollout: rollout({ pause: 60, watch: { errors: 100, latency: 800 } }) },
  ),
  previous: toggled({ previous: { keep: true } }),
  "previous.keep": changed({ previous: { keep: false } }, { previous: { keep: true } }),
  "previous.holdFor": both({ previous: { keep: true, holdFor: 600 } }, { previous: { keep: true, holdFor: 900 } }),
  "rollout.watch.alarms": changed(
    { rollout: rollout({}) },
    { rollout: rollout({ watch: { errors: 100, alarms: ["on-call"] } }) },
  ),
  ...freezeSamples,
  "releases[]": { toggled: (live) => ({ after: further({})(live) }) },
  "releases[].version": furtherChanged({}, { version: "0.9.1" }),
  "releases[].image": {
    changed: (live) => ({ before: further({})(live), after: further({ image: live.image("5") })(live) }),
  },
  "releases[].renewedAt": furtherBoth({ renewedAt: "2026-11-01T09:00Z" }, { renewedAt: "2026-11-02T09:00Z" }),
  "releases[].architecture": furtherBoth({ architecture: "arm64" }, { architecture: "x86_64" }),
  "releases[].port": furtherBoth({ port: 9090 }, { port: 9091 }),
  "releases[].size": furtherBoth({ size: { cpu: 1, memoryGiB: 2 } }, { size: { cpu: 1, memoryGiB: 4 } }),
  "releases[].disk": furtherBoth({ disk: { sizeGiB: 40 } }, { disk: { sizeGiB: 60 } }),
  "releases[].command": onlyOn(isContainer, furtherBoth({ command: ["serve"] }, { command: ["serve", "--quiet"] })),
  "releases[].environment": furtherBoth(
    { environment: { CATALOGUE: "spring" } },
    { environment: { CATALOGUE: "autumn" } },
  ),
  "releases[].secrets": {
    toggled: (live) => ({
      before: { ...further({})(live), ...fetchedBy(live) },
      after: furtherWithSecret(live, "one"),
    }),
    changed: (live) => ({ before: furtherWithSecret(live, "one"), after: furtherWithSecret(live, "two") }),
  },
  "releases[].hardening": onlyOn(
    isContainer,
    furtherBoth({ hardening: { readOnlyRoot: true } }, { hardening: { user: "1000" } }),
  ),
  "releases[].aws": onlyOn(
    isAwsVm,
    furtherBoth({ aws: { rootDevice: "/dev/sda1" } }, { aws: { rootDevice: "/dev/sdb" } }),
  ),
  "releases[].health": furtherBoth(
    { health: { startWithin: 10, path: "/ready" } },
    { health: { startWithin: 10, path: "/live" } },
  ),
  "releases[].weight": furtherChanged({ weight: 20 }, { weight: 60 }),
  "releases[].instances": furtherBoth({ instances: { min: 3 } }, { instances: { min: 4 } }),
  "permissions[]": toggled({ permissions: permission("Get", "a") }),
  "permissions[].actions": changed({ permissions: permission("Get", "a") }, { permissions: permission("Put", "a") }),
  "permissions[].resources": changed({ permissions: permission("Get", "a") }, { permissions: permission("Get", "b") }),
  "permissions[].conditions": {
    toggled: always({
      before: { permissions: permission("Get", "a") },
      after: { permissions: permission("Get", "a", { StringEquals: { "s3:prefix": "a" } }) },
    }),
    ...changed(
      { permissions: permission("Get", "a", { StringEquals: { "s3:prefix": "a" } }) },
      { permissions: permission("Get", "a", { StringEquals: { "s3:prefix": ["a", "b"] } }) },
    ),
  },
  policyArns: changed({}, { policyArns: policy("AmazonSQSReadOnlyAccess") }),
  "aws.rootDevice": onlyOn(isAwsVm, changed({}, { aws: { rootDevice: "/dev/sda1" } })),
  "alicloud.registry": onlyOn(
    isAlicloudContainer,
    both({ alicloud: { registry: registries[0] } }, { alicloud: { registry: registries[1] } }),
  ),
  "alicloud.secretsImage": onlyOn(isAlicloudContainer, {
    toggled: () => ({ after: { alicloud: { secretsImage: secretsImage("6") } } }),
    changed: (live) => ({ before: withSecret(live, "one"), after: withSecret(live, "one", "7") }),
  }),
  tags: changed({}, { tags: { team: "books" } }),
};

/**
 * Changes without a sample: a stack's cloud, region and account need another emulator, and an image that the stack
 * bakes has tests of its own. The first are refused, which tests/unit and tests/contract check.
 */
export const withoutSample: readonly RegExp[] = [/^immutable-service:/, /^(aws|alicloud):/, /^image\.build/];

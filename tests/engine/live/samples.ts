/**
 * For each change of the stack file, a service before and after it. A field of the schema without a sample fails the
 * test.
 */
import type { ServiceArgs } from "../../../components/spec";
import type { Change } from "../../../components/stack-file/change-kinds";
import type { LiveCloud } from "./live-cloud";

/** Two services that differ in one field, as changes of the platform's own. */
export interface Sample {
  /**
   * Whether the first service is in another place than the platform's own, so that it needs a new stack. Default: no.
   */
  readonly elsewhere?: boolean;
  readonly before?: Partial<ServiceArgs>;
  readonly after: Partial<ServiceArgs>;
}

/** A sample on a platform; undefined where the platform has no such field. */
export type SampleOn = (live: LiveCloud) => Sample | undefined;

/** `on` and `off`, and `added` and `removed`, are one sample, there and back; `changed` is one of its own. */
export interface FieldSamples {
  readonly toggled?: SampleOn;
  readonly changed?: SampleOn;
}

/** The changes that a sample covers, there and back. */
export const covers: Readonly<Record<keyof FieldSamples, readonly Change[]>> = {
  toggled: ["on", "off", "added", "removed"],
  changed: ["changed"],
};

const always =
  (sample: Sample): SampleOn =>
  () =>
    sample;
const changed = (before: Partial<ServiceArgs>, after: Partial<ServiceArgs>): FieldSamples => ({
  changed: always({ before, after }),
});
const toggled = (after: Partial<ServiceArgs>): FieldSamples => ({ toggled: always({ after }) });
const both = (first: Partial<ServiceArgs>, second: Partial<ServiceArgs>): FieldSamples => ({
  toggled: always({ after: first }),
  changed: always({ before: first, after: second }),
});

/** Instances of Container Registry Enterprise Edition. */
export const registries = ["cri-0123456789abcde1", "cri-0123456789abcde2"] as const;

const certificate = (digit: number) => ({
  aws: `arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-00000000000${digit}`,
  alicloud: `1234567${digit}-cn-hangzhou`,
});
const policy = (name: string) => ({
  aws: [`arn:aws:iam::aws:policy/${name}`],
  alicloud: [`acs:ram:*:system:policy/Aliyun${name}`],
});
const permission = (
  verb: "Get" | "Put",
  bucket: string,
  conditions?: Record<string, Record<string, string | string[]>>,
): NonNullable<ServiceArgs["permissions"]> => {
  const more = conditions === undefined ? {} : { conditions };
  return {
    aws: [{ actions: [`s3:${verb}Object`], resources: [`arn:aws:s3:::${bucket}/*`], ...more }],
    alicloud: [{ actions: [`oss:${verb}Object`], resources: [`acs:oss:*:*:${bucket}/*`], ...more }],
  };
};
const secret = (name: string) => ({
  aws: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`,
  alicloud: `acs:kms:cn-hangzhou:1234567890123456:secret/${name}`,
});

/** A change of a field within the gate, which has an address of the test. */
const gate = (before: Partial<NonNullable<ServiceArgs["gate"]>>, after: typeof before): FieldSamples => ({
  changed: ({ service }) => ({
    before: { gate: { ...service.gate, ...before } },
    after: { gate: { ...service.gate, ...after } },
  }),
});

/** A further release of the same image under another version. */
const further =
  (fields: Partial<NonNullable<ServiceArgs["releases"]>[number]>) =>
  ({ image }: LiveCloud): Partial<ServiceArgs> => ({
    releases: [{ version: "0.9.0", image: image("4"), weight: 20, ...fields }],
  });
const furtherChanged = (before: Parameters<typeof further>[0], after: typeof before): FieldSamples => ({
  changed: (live) => ({ before: further(before)(live), after: further(after)(live) }),
});
/** A field of a further release that is set, and then has another value. */
const furtherBoth = (first: Parameters<typeof further>[0], second: typeof first): FieldSamples => ({
  toggled: (live) => ({ before: further({})(live), after: further(first)(live) }),
  ...furtherChanged(first, second),
});
/** Samples on some platforms only. */
const onlyOn = (
  matches: (live: LiveCloud) => boolean,
  { toggled: toggle, changed: change }: FieldSamples,
): FieldSamples => ({
  ...(toggle && { toggled: (live) => (matches(live) ? toggle(live) : undefined) }),
  ...(change && { changed: (live) => (matches(live) ? change(live) : undefined) }),
});
const isContainer = ({ platform }: LiveCloud): boolean => platform.compute === "container";
const isAlicloudContainer = ({ platform }: LiveCloud): boolean =>
  platform.compute === "container" && platform.cloud === "alicloud";
const isAwsVm = ({ platform }: LiveCloud): boolean => platform.compute === "vm" && platform.cloud === "aws";
/** The image that fetches the secrets, for platforms where one does. */
const fetchedBy = ({ platform }: LiveCloud, digit = "6"): Partial<ServiceArgs> =>
  platform.compute === "container" ? { alicloud: { secretsImage: secretsImage(digit) } } : {};
const withSecret = (live: LiveCloud, name: string, digit?: string): Partial<ServiceArgs> => ({
  secrets: { TOKEN: secret(name) },
  ...fetchedBy(live, digit),
});
const furtherWithSecret = (live: LiveCloud, name: string): Partial<ServiceArgs> => ({
  ...further({ secrets: { TOKEN: secret(name) } })(live),
  ...fetchedBy(live),
});
const secretsImage = (digit: string) => `registry-vpc.cn-hangzhou.aliyuncs.com/test/secrets@sha256:${digit.repeat(64)}`;
const hasSecurityGroups = ({ platform }: LiveCloud): boolean => platform.cloud === "aws" || platform.compute === "vm";

/** A change within an existing network. */
function inExisting(before: (existing: LiveCloud["existing"]) => Partial<ServiceArgs>, after: typeof before): SampleOn {
  return ({ existing }) => ({ elsewhere: true, before: before(existing), after: after(existing) });
}

/** The existing network, with so many of its security groups for the instances. */
const grouped =
  (count: 0 | 1 | 2) =>
  ({ vpcId, subnetIds, publicSubnetIds, securityGroupIds }: LiveCloud["existing"]): Partial<ServiceArgs> => ({
    network: {
      vpcId,
      privateSubnetIds: subnetIds.slice(0, 2),
      publicSubnetIds: publicSubnetIds.slice(0, 2),
      ...(count > 0 ? { securityGroupIds: securityGroupIds.slice(0, count) } : {}),
    },
  });

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
  image: { changed: ({ image }) => ({ after: { image: image("2") } }) },
  architecture: changed({}, { architecture: "arm64" }),
  port: changed({}, { port: 9090 }),
  "size.cpu": changed({ size: { cpu: 0.5, memoryGiB: 2 } }, { size: { cpu: 1, memoryGiB: 2 } }),
  "size.memoryGiB": changed({}, { size: { cpu: 0.5, memoryGiB: 2 } }),
  "disk.sizeGiB": changed({}, { disk: { sizeGiB: 40 } }),
  command: onlyOn(isContainer, both({ command: ["serve"] }, { command: ["serve", "--quiet"] })),
  environment: changed({}, { environment: { CATALOGUE: "spring" } }),
  secrets: { changed: (live) => ({ before: withSecret(live, "one"), after: withSecret(live, "two") }) },
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
  "gate.within": gate({}, { within: 8 }),
  "gate.url": {
    // Without an address of its own, the gate asks the load balancer, which has none in a test.
    toggled: ({ service: { gate } }) => ({
      before: { gate: { from: "none" } },
      after: { gate: { ...(gate?.url === undefined ? {} : { url: gate.url }), from: "none" } },
    }),
    changed: ({ service }) => ({ after: { gate: { ...service.gate, url: `${service.gate?.url ?? ""}/` } } }),
  },
  "releases[]": { toggled: (live) => ({ after: further({})(live) }) },
  "releases[].version": furtherChanged({}, { version: "0.9.1" }),
  "releases[].image": {
    changed: (live) => ({ before: further({})(live), after: further({ image: live.image("5") })(live) }),
  },
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

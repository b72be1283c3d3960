/** What the samples of changes are made of. */
import type { ServiceArgs } from "../../../components/spec";
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

export const always =
  (sample: Sample): SampleOn =>
  () =>
    sample;
export const changed = (before: Partial<ServiceArgs>, after: Partial<ServiceArgs>): FieldSamples => ({
  changed: always({ before, after }),
});
export const toggled = (after: Partial<ServiceArgs>): FieldSamples => ({ toggled: always({ after }) });
export const both = (first: Partial<ServiceArgs>, second: Partial<ServiceArgs>): FieldSamples => ({
  toggled: always({ after: first }),
  changed: always({ before: first, after: second }),
});

/** Instances of Container Registry Enterprise Edition. */
export const registries = ["cri-0123456789abcde1", "cri-0123456789abcde2"] as const;

export const certificate = (digit: number) => ({
  aws: `arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-00000000000${digit}`,
  alicloud: `1234567${digit}-cn-hangzhou`,
});
export const policy = (name: string) => ({
  aws: [`arn:aws:iam::aws:policy/${name}`],
  alicloud: [`acs:ram:*:system:policy/Aliyun${name}`],
});
export const permission = (
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
export const gate = (before: Partial<NonNullable<ServiceArgs["gate"]>>, after: typeof before): FieldSamples => ({
  changed: ({ service }) => ({
    before: { gate: { ...service.gate, ...before } },
    after: { gate: { ...service.gate, ...after } },
  }),
});

/** A short rollout: one step, and no bake. Nothing publishes metrics here. */
export const rollout = (fields: Partial<NonNullable<ServiceArgs["rollout"]>>): NonNullable<ServiceArgs["rollout"]> => ({
  ...{ steps: [50], pause: 50, bake: 0, watch: { errors: 100 } },
  ...fields,
});

/** A further release of the same image under another version. */
export const further =
  (fields: Partial<NonNullable<ServiceArgs["releases"]>[number]>) =>
  ({ image }: LiveCloud): Partial<ServiceArgs> => ({
    releases: [{ version: "0.9.0", image: image("4"), weight: 20, ...fields }],
  });
export const furtherChanged = (before: Parameters<typeof further>[0], after: typeof before): FieldSamples => ({
  changed: (live) => ({ before: further(before)(live), after: further(after)(live) }),
});
/** A field of a further release that is set, and then has another value. */
export const furtherBoth = (first: Parameters<typeof further>[0], second: typeof first): FieldSamples => ({
  toggled: (live) => ({ before: further({})(live), after: further(first)(live) }),
  ...furtherChanged(first, second),
});
/** Samples on some platforms only. */
export const onlyOn = (
  matches: (live: LiveCloud) => boolean,
  { toggled: toggle, changed: change }: FieldSamples,
): FieldSamples => ({
  ...(toggle && { toggled: (live) => (matches(live) ? toggle(live) : undefined) }),
  ...(change && { changed: (live) => (matches(live) ? change(live) : undefined) }),
});
export const isContainer = ({ platform }: LiveCloud): boolean => platform.compute === "container";
export const isAwsContainer = ({ platform }: LiveCloud): boolean =>
  platform.compute === "container" && platform.cloud === "aws";
export const isAlicloudContainer = ({ platform }: LiveCloud): boolean =>
  platform.compute === "container" && platform.cloud === "alicloud";
export const isAwsVm = ({ platform }: LiveCloud): boolean => platform.compute === "vm" && platform.cloud === "aws";
/** The image that fetches the secrets, for platforms where one does. */
export const fetchedBy = ({ platform }: LiveCloud, digit = "6"): Partial<ServiceArgs> =>
  platform.compute === "container" ? { alicloud: { secretsImage: secretsImage(digit) } } : {};
export const withSecret = (live: LiveCloud, name: string, digit?: string): Partial<ServiceArgs> => ({
  secrets: { TOKEN: secret(name) },
  ...fetchedBy(live, digit),
});
export const furtherWithSecret = (live: LiveCloud, name: string): Partial<ServiceArgs> => ({
  ...further({ secrets: { TOKEN: secret(name) } })(live),
  ...fetchedBy(live),
});
export const secretsImage = (digit: string) =>
  `registry-vpc.cn-hangzhou.aliyuncs.com/test/secrets@sha256:${digit.repeat(64)}`;
export const hasSecurityGroups = ({ platform }: LiveCloud): boolean =>
  platform.cloud === "aws" || platform.compute === "vm";

/** A change within an existing network. */
export function inExisting(
  before: (existing: LiveCloud["existing"]) => Partial<ServiceArgs>,
  after: typeof before,
): SampleOn {
  return ({ existing }) => ({ elsewhere: true, before: before(existing), after: after(existing) });
}

/** The existing network, with so many of its security groups for the instances. */
export const grouped =
  (count: 0 | 1 | 2) =>
  ({ vpcId, subnetIds, publicSubnetIds, securityGroupIds }: LiveCloud["existing"]): Partial<ServiceArgs> => ({
    network: {
      vpcId,
      privateSubnetIds: subnetIds.slice(0, 2),
      publicSubnetIds: publicSubnetIds.slice(0, 2),
      ...(count > 0 ? { securityGroupIds: securityGroupIds.slice(0, count) } : {}),
    },
  });

/** Freezes that are not in force, so that the other rows can bring releases. */
const period = { from: "2099-12-24", to: "2099-12-26", timezone: "UTC", reason: "holidays" };
const yearly = { schedule: "0 0 24 12 *", hours: 1, timezone: "UTC", reason: "holidays" };
const override = (version: string, reason = "a fix"): Partial<ServiceArgs> => ({ freezeOverride: { version, reason } });

/** The fields of freezes and of their override. */
export const freezeSamples: Readonly<Record<string, FieldSamples>> = {
  "freeze[]": toggled({ freeze: [period] }),
  "freeze[].from": changed({ freeze: [period] }, { freeze: [{ ...period, from: "2099-12-23" }] }),
  "freeze[].to": changed({ freeze: [period] }, { freeze: [{ ...period, to: "2099-12-27" }] }),
  "freeze[].schedule": changed({ freeze: [yearly] }, { freeze: [{ ...yearly, schedule: "0 1 24 12 *" }] }),
  "freeze[].hours": changed({ freeze: [yearly] }, { freeze: [{ ...yearly, hours: 2 }] }),
  "freeze[].timezone": changed({ freeze: [period] }, { freeze: [{ ...period, timezone: "Asia/Tokyo" }] }),
  "freeze[].reason": changed({ freeze: [period] }, { freeze: [{ ...period, reason: "a sale" }] }),
  freezeOverride: { toggled: ({ service: { version } }) => ({ after: override(version) }) },
  "freezeOverride.version": {
    changed: (live) => ({
      before: { ...further({})(live), ...override("0.9.0") },
      after: { ...further({})(live), ...override(live.service.version) },
    }),
  },
  "freezeOverride.reason": {
    changed: ({ service: { version } }) => ({ before: override(version), after: override(version, "another fix") }),
  },
};

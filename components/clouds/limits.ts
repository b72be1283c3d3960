import type { CloudName } from "../spec";
import { type Problem, nearestName, problemIf, problemIfRepeated, show } from "../stack-file/problems";
import { memoryMeant } from "../stack-file/meant";
import type { ReleaseConfig, ServiceConfig, ValidFields } from "../stack-file/schema";
import type { Valid } from "../stack-file/valid";
import { privateRegistries } from "./registry-hosts";

/**
 * Limits that every cloud has in another size or form. They look at strings only: an output of another resource is not
 * known before the update, in which the cloud itself refuses it.
 */

/** A release as a cloud's limits see it. */
export interface CheckedRelease {
  /** Where it is in the stack file: empty for the service's own, otherwise such as `releases[0].`. */
  readonly prefix: string;
  /** The fields that it sets itself: inherited ones are reported at the service only. */
  readonly own: Valid<Omit<ReleaseConfig, "image">> & Pick<ValidFields, "image">;
  /** Its fields and those that it inherits. */
  readonly whole: ValidFields;
}

/** The service's own release and the further ones. */
export function releasesOf(service: ValidFields): CheckedRelease[] {
  return [
    { prefix: "", own: service, whole: service },
    ...(service.releases ?? []).map((release = {}, index) => ({
      prefix: `releases[${index}].`,
      own: release,
      whole: { ...service, ...release },
    })),
  ];
}

/** A release's size, if it is its own or has to fit another architecture than the service's. */
export function ownSize({
  own,
  whole: { size, architecture },
}: CheckedRelease):
  { readonly size: ServiceConfig["size"]; readonly architecture: ServiceConfig["architecture"] } | undefined {
  if (!("size" in own) && !("architecture" in own)) return undefined;
  const { cpu, memoryGiB } = size ?? {};
  return cpu === undefined || memoryGiB === undefined || architecture === undefined
    ? undefined
    : { size: { cpu, memoryGiB }, architecture };
}

/** The problem of a size that a cloud's containers do not have. */
export function noSize(what: string, asked: ServiceConfig["size"], hint: string): string {
  // Nobody wants so much with few vCPUs: it is in MiB.
  const meant = asked.memoryGiB >= 128 * asked.cpu ? memoryMeant(asked.memoryGiB) : undefined;
  return `${what} has no size of ${asked.cpu} vCPU with ${asked.memoryGiB} GiB; ${meant ?? hint}`;
}

/** A size as the stack file has it. */
export function sizeText({ cpu, memoryGiB }: ServiceConfig["size"]): string {
  return `{ cpu: ${cpu}, memoryGiB: ${memoryGiB} }`;
}

/** Checks that an instance type has the size of a release. */
export function checkInstanceType(
  release: CheckedRelease,
  cheapest: (size: ServiceConfig["size"], architecture: ServiceConfig["architecture"]) => object | undefined,
): Problem[] {
  const asked = ownSize(release);
  if (asked === undefined) return [];
  const { size, architecture } = asked;
  return problemIf(
    !cheapest(size, architecture),
    "no-such-size",
    `${release.prefix}size`,
    `no ${architecture} instance type has ${size.cpu} vCPU and ${size.memoryGiB} GiB; use a smaller size and ` +
      "more instances",
  );
}

/** Refuses an image that only instances on the other cloud can pull. `own` is the cloud that pulls it. */
export function checkPrivateRegistry(image: unknown, path: string, own: CloudName): Problem[] {
  const others = Object.entries(privateRegistries).filter(([name]) => name !== own);
  return others.flatMap(([name, { has, cloud }]) =>
    problemIf(
      typeof image === "string" && has(image),
      "image-out-of-reach",
      path,
      `is in a private registry of ${cloud}, from which other clouds' instances cannot pull; copy it to a registry of ` +
        `this cloud, and give both as image: { ${name}: …, ${own}: … }, got ${show(image)}`,
    ),
  );
}

/** Names that begin with the service's own and a dash go to services that reserve some prefixes. */
export function checkNamePrefix(name: string | undefined, reserved: readonly string[], cloud: string): Problem[] {
  const prefix = reserved.find((one) => name !== undefined && `${name}-`.startsWith(one));
  return problemIf(
    prefix !== undefined,
    "reserved-name",
    "name",
    `must not begin with "${prefix ?? ""}", which ${cloud} reserves, got ${show(name)}`,
  );
}

/** Checks how many bytes the plain values of an environment have as lines of cloud-init's user data. */
export function checkEnvironmentBytes(
  environment: ValidFields["environment"] = {},
  path: string,
  limit: number,
  where: string,
): Problem[] {
  const bytes = Buffer.byteLength(
    Object.entries(environment)
      .map(([name, value]) => (typeof value === "string" ? `${name}="${value}"\n` : ""))
      .join(""),
  );
  return problemIf(
    bytes > limit,
    "too-long",
    path,
    `must have at most ${limit} bytes in all ${where}, got ${bytes}; put large values into files`,
  );
}

/** What a release's user data is rendered from, as far as the stack file says. */
export interface UserDataTexts {
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Values as texts. An output of another resource is empty: it is not known before the update. */
export function knownTexts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : ""]),
  );
}

/** The field to shorten where a release's variables and secrets are too long together: the one with more entries. */
export function longerField({ prefix, whole: { environment = {}, secrets = {} } }: CheckedRelease): string {
  return `${prefix}${Object.keys(environment).length < Object.keys(secrets).length ? "secrets" : "environment"}`;
}

/**
 * Checks how many bytes a release's user data has: what `render` makes of its variables and secrets, and of the longest of
 * everything else.
 */
export function checkUserData(
  release: CheckedRelease,
  render: (texts: UserDataTexts) => string,
  limit: number,
): Problem[] {
  const {
    own,
    whole: { environment = {}, secrets = {} },
  } = release;
  if (own.environment === undefined && own.secrets === undefined) return [];
  const bytes = Buffer.byteLength(render({ variables: knownTexts(environment), secrets: knownTexts(secrets) }));
  return problemIf(
    bytes > limit,
    "too-long",
    longerField(release),
    `must leave the user data with at most ${limit} bytes on vm, got ${bytes}: it has every variable, and each secret's ` +
      "reference; put large values into files",
  );
}

/** The form of a string that names something in a cloud. */
export interface IdForm {
  readonly pattern: RegExp;
  /** Describes it, with an example. */
  readonly what: string;
}

/** Checks the form of a string; an output and an invalid value pass. */
export function checkForm(value: unknown, { pattern, what }: IdForm, path: string): Problem[] {
  return problemIf(
    typeof value === "string" && !pattern.test(value),
    "invalid-reference",
    path,
    `must be ${what}, got ${show(value)}`,
  );
}

/**
 * Checks the form of a release's references to secrets. The message does not show a value, which may be the secret
 * itself in place of its reference.
 */
export function checkSecretForms(
  { prefix, own: { secrets = {} } }: CheckedRelease,
  { pattern, what }: IdForm,
): Problem[] {
  return Object.entries(secrets).flatMap(([name, reference]) =>
    problemIf(
      typeof reference === "string" && !pattern.test(reference),
      "invalid-secret-reference",
      `${prefix}secrets.${name}`,
      `must be ${what}, got a value that is not shown`,
    ),
  );
}

/** Checks the ids of an existing network. */
export function checkExistingNetwork(
  network: ValidFields["network"] = {},
  forms: { readonly vpc: IdForm; readonly subnet: IdForm; readonly securityGroup: IdForm },
): Problem[] {
  if (!("vpcId" in network)) return [];
  return [
    ...checkForm(network.vpcId, forms.vpc, "network.vpcId"),
    ...(["privateSubnetIds", "publicSubnetIds", "securityGroupIds"] as const).flatMap((field) =>
      (network[field] ?? []).flatMap((id, index, all): Problem[] => {
        const path = `network.${field}[${index}]`;
        const repeated = problemIfRepeated(all, index, path);
        return repeated.length > 0
          ? repeated
          : checkForm(id, field === "securityGroupIds" ? forms.securityGroup : forms.subnet, path);
      }),
    ),
  ];
}

/** The regions of a cloud. */
export interface Regions {
  readonly cloud: CloudName;
  /** A region for a message. */
  readonly example: string;
  readonly known: readonly string[];
  /** Describes them. */
  readonly what: string;
  /** Why a region that exists is not among them; undefined for one that is not known to exist. */
  readonly unsupported?: (region: string) => string | undefined;
}

/** Checks that a region is one of the cloud's. Everything else that depends on the region is checked for a known one. */
export function checkRegion(region: string, { cloud, known, what, unsupported }: Regions): Problem[] {
  const nearest = nearestName(region, known);
  const hint = nearest === undefined ? `one of ${known.join(", ")}` : `did you mean "${nearest}"?`;
  return problemIf(
    !known.includes(region),
    "unknown-region",
    `${cloud}:region`,
    `must be ${what}, got ${show(region)}; ${unsupported?.(region) ?? hint}`,
  );
}

/** Whether instances of a new network have no internet access. */
export function isOffline({ network = {} }: ValidFields): boolean {
  return "egress" in network && network.egress === "endpoints";
}

/** What a cloud knows of a region's zones. */
export interface RegionZones {
  readonly region: string;
  /** The zones that a number of zones is taken from. */
  readonly known: readonly string[];
  /** Which zones are known, such as "zones with ALB". */
  readonly what: string;
  /** Whether a name is a zone of the region. */
  isZone(zone: string): boolean;
}

/** Checks the zones of a new network. */
export function checkZones(network: ValidFields["network"] = {}, zonesOf: RegionZones): Problem[] {
  if (!("zones" in network) || network.zones === undefined) return [];
  const { zones } = network;
  const { region, known, what } = zonesOf;
  const path = "network.zones";
  if (typeof zones === "number")
    return problemIf(
      zones > known.length,
      "too-few-zones",
      path,
      `${region} has ${known.length} ${what}, got ${zones}`,
    );
  return zones.flatMap((zone, index): Problem[] => {
    if (zone === undefined) return [];
    const repeated = problemIfRepeated(zones, index, `${path}[${index}]`);
    if (repeated.length > 0) return repeated;
    return problemIf(
      !zonesOf.isZone(zone),
      "unknown-zone",
      `${path}[${index}]`,
      `is not a zone of ${region}, got ${show(zone)} (known: ${known.join(", ")})`,
    );
  });
}

/** Checks the form of the policies of the app's role. */
export function checkPolicies(policyArns: ValidFields["policyArns"] = [], form: IdForm): Problem[] {
  return policyArns.flatMap((policy, index, all): Problem[] => {
    const path = `policyArns[${index}]`;
    const repeated = problemIfRepeated(all, index, path);
    return repeated.length > 0 ? repeated : checkForm(policy, form, path);
  });
}

import { homedir } from "node:os";
import {
  fromEnv,
  fromIni,
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from "@aws-sdk/credential-providers";
import { sessionEnd, withStatedEnd } from "../credentials-end.remote";
import { configMappings, configTexts, configValue } from "../../stack-config.remote";

/*
 * The credentials that Pulumi's AWS provider uses with the same configuration and environment, in its order:
 * https://github.com/hashicorp/aws-sdk-go-base/blob/main/credentials.go
 */

/** Credentials, and when they expire, if they do. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  /** When they end for good, because nothing renews them; absent: nothing says that they do. */
  readonly endsAt?: Date;
}

/** What finds credentials. */
export type CredentialProvider = () => Promise<Credentials>;

/** How the clients that fetch credentials reach AWS. */
type ClientConfig = Readonly<Record<string, unknown>>;

/** The credentials with which the provider calls a region. `clientConfig` is how AWS is reached meanwhile. */
export function credentialsOf(region: string, clientConfig: ClientConfig): CredentialProvider {
  const sts = { ...clientConfig, region: configValue("aws:stsRegion") ?? region };
  const [webIdentity] = configMappings("aws:assumeRoleWithWebIdentity");
  const first = webIdentity === undefined ? firstOf(sts) : memoized(byWebIdentity(webIdentity, sts));
  const last = configMappings("aws:assumeRoles").reduce((master, role) => memoized(byRole(role, master, sts)), first);
  return async () => withStatedEnd(await last());
}

/** The credentials from which the first role is assumed. STS's endpoint is not that of IAM Identity Center. */
function firstOf(sts: ClientConfig): CredentialProvider {
  const accessKeyId = configValue("aws:accessKey");
  const secretAccessKey = configValue("aws:secretKey");
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const sessionToken = configValue("aws:token");
    return () =>
      Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) });
  }
  const [filepath] = configTexts("aws:sharedCredentialsFiles").map(inHome);
  const [configFilepath] = configTexts("aws:sharedConfigFiles").map(inHome);
  const files = { ...(filepath && { filepath }), ...(configFilepath && { configFilepath }) };
  const chain = { ...files, clientConfig: { ...sts, endpoint: undefined } };
  const profile = configValue("aws:profile");
  if (profile !== undefined) return memoized(fromIni({ ...chain, profile }));
  // Before AWS_PROFILE, which the SDK for JavaScript prefers to the keys.
  if (process.env.AWS_ACCESS_KEY_ID && process.env.AWS_SECRET_ACCESS_KEY) return untilItExpires(fromEnv());
  return memoized(fromNodeProviderChain(chain));
}

function byRole(
  role: Readonly<Record<string, unknown>>,
  masterCredentials: CredentialProvider,
  clientConfig: ClientConfig,
): CredentialProvider {
  const tags = Object.entries((role.tags ?? {}) as Record<string, string>);
  const params = {
    RoleArn: text(role.roleArn),
    RoleSessionName: text(role.sessionName),
    ExternalId: text(role.externalId),
    Policy: text(role.policy),
    SourceIdentity: text(role.sourceIdentity),
    DurationSeconds: secondsOf(role.duration),
    PolicyArns: policies(role.policyArns),
    Tags: tags.length === 0 ? undefined : tags.map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: role.transitiveTagKeys as string[] | undefined,
  };
  const session = fromTemporaryCredentials({ params, masterCredentials, clientConfig });
  return async () => {
    const { expiration, ...keys } = await session();
    if (expiration === undefined) return keys;
    return { ...keys, expiration, ...sessionEnd(await masterCredentials(), expiration) };
  };
}

function byWebIdentity(role: Readonly<Record<string, unknown>>, clientConfig: ClientConfig): CredentialProvider {
  const common = {
    roleArn: text(role.roleArn) ?? "",
    roleSessionName: text(role.sessionName),
    policy: text(role.policy),
    policyArns: policies(role.policyArns),
    durationSeconds: secondsOf(role.duration),
    clientConfig,
  };
  const webIdentityToken = text(role.webIdentityToken);
  return webIdentityToken === undefined
    ? fromTokenFile({ ...common, webIdentityTokenFile: inHome(text(role.webIdentityTokenFile)) })
    : untilItExpires(fromWebToken({ ...common, webIdentityToken }));
}

/** Credentials that are not renewed, such as the environment's, which end at the time in AWS_CREDENTIAL_EXPIRATION. */
function untilItExpires(session: CredentialProvider): CredentialProvider {
  return async () => {
    const found = await session();
    return { ...found, ...(found.expiration && { endsAt: found.expiration }) };
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function policies(arns: unknown): { arn: string }[] | undefined {
  return Array.isArray(arns) ? arns.map((arn) => ({ arn: String(arn) })) : undefined;
}

function inHome<Path extends string | undefined>(path: Path): Path {
  return path?.replace(/^~(?=\/)/, homedir()) as Path;
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** A duration as Go writes it, such as 1h30m, in seconds. */
function secondsOf(duration: unknown): number | undefined {
  const given = text(duration);
  if (given === undefined) return undefined;
  if (!/^(\d+(\.\d+)?[hms])+$/.test(given))
    throw new Error(`the duration of a role's session must be such as 1h or 45m, got ${given}`);
  return Math.round(
    [...given.matchAll(/([\d.]+)([hms])/g)].reduce(
      (sum, [, count = "0", unit = "s"]) => sum + Number(count) * (unitSeconds[unit] ?? 0),
      0,
    ),
  );
}

/** Fetches credentials once, and again five minutes before they expire or after a failure. */
function memoized(provider: CredentialProvider): CredentialProvider {
  let last: Promise<Credentials> | undefined;
  return async () => {
    const found = await last?.catch(() => undefined);
    if (found !== undefined && (found.expiration?.getTime() ?? Infinity) > Date.now() + 300_000) return found;
    last = provider();
    return last;
  };
}

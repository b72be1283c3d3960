import { readFileSync } from "node:fs";
import Credential, { CLIProfileCredentialsProvider, Config } from "@alicloud/credentials";
import { sessionEnd, withStatedEnd } from "../credentials-end.remote";
import { configMappings, configValue } from "../../stack-config.remote";
import { type Profile, isDynamic, profilesFile, readProfile } from "./profile.remote";
import { type Keys, type RoleParameters, type Session, assumeRole, assumeRoleWithOidc } from "./sts.remote";

/*
 * The credentials that Pulumi's provider for Alibaba Cloud uses with the same configuration and environment, in its
 * order: https://github.com/aliyun/terraform-provider-alicloud/blob/master/alicloud/provider.go
 */

/** What finds keys. */
export type KeySource = () => Promise<Keys>;

let source: KeySource | undefined;

/** The keys of this process's requests. */
export function credentials(): Promise<Keys> {
  source ??= keySource();
  return source();
}

/** Where the stack's configuration and the environment say that the keys are. */
export function keySource(): KeySource {
  const name = valueOf("profile", "ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE");
  const file = valueOf("sharedCredentialsFile", "ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE");
  const profile = name === undefined ? undefined : readProfile(name, file);
  const first = staticKeys() ?? (name === undefined ? otherKeys() : profileKeys(name, file, profile));
  // The provider assumes a profile's role also with keys from elsewhere.
  const role = roleOf(profile ?? {});
  const last = role === undefined ? first : memoized(() => bySession(first, role));
  return async () => withStatedEnd(await last());
}

async function bySession(first: KeySource, role: Parameters<typeof assumeRole>[1]): Promise<Session> {
  const master = await first();
  const session = await assumeRole(master, role);
  return { ...session, ...sessionEnd(master, session.expiration) };
}

/** A value of the configuration, or else of the first of these variables that has one. */
function valueOf(key: string, ...variables: readonly string[]): string | undefined {
  const values = [configValue(`alicloud:${key}`), ...variables.map((variable) => process.env[variable])];
  return values.map((value) => value?.trim()).find((value) => value !== undefined && value !== "");
}

function staticKeys(): KeySource | undefined {
  return always(
    valueOf("accessKey", "ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"),
    valueOf("secretKey", "ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"),
    valueOf(
      "securityToken",
      ...["ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"],
    ),
  );
}

function always(accessKeyId?: string, accessKeySecret?: string, securityToken?: string): KeySource | undefined {
  if (!accessKeyId || !accessKeySecret) return undefined;
  return () => Promise.resolve({ accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) });
}

/** The keys of a profile, or else what is used without one. */
function profileKeys(name: string, file: string | undefined, profile: Profile | undefined): KeySource {
  if (profile === undefined) throw new Error(`there is no profile ${name} in ${profilesFile(file)}`);
  if (isDynamic(profile)) {
    // The library reads no other file.
    if (profilesFile(file) !== profilesFile())
      throw new Error(`the profile ${name} has the mode ${profile.mode}: it must be in ${profilesFile()}`);
    return fromLibrary(new Credential(null, CLIProfileCredentialsProvider.builder().withProfileName(name).build()));
  }
  const { mode, access_key_id: id, access_key_secret: secret, sts_token: token, ram_role_name: roleName } = profile;
  if (mode === "EcsRamRole") return fromLibrary(new Credential(new Config({ type: "ecs_ram_role", roleName })));
  if (mode !== "StsToken") return always(id, secret) ?? otherKeys();
  const keys = always(id, secret, token);
  return keys === undefined ? otherKeys() : async () => ({ ...(await keys()), ...endOf(profile) });
}

/** The end of a profile's session, where a tool has written it. */
function endOf({ sts_expiration: end }: Profile): Pick<Keys, "endsAt"> {
  return end ? { endsAt: new Date(end * 1000) } : {};
}

/** What the provider uses where it has no keys and no profile with keys. */
function otherKeys(): KeySource {
  const credentialsURI = valueOf("credentialsUri", "ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI");
  if (credentialsURI !== undefined)
    return fromLibrary(new Credential(new Config({ type: "credentials_uri", credentialsURI })));
  const roleName = valueOf("ecsRoleName", "ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA");
  if (roleName !== undefined) return fromLibrary(new Credential(new Config({ type: "ecs_ram_role", roleName })));
  const [oidc] = configMappings("alicloud:assumeRoleWithOidc");
  if (oidc !== undefined) return memoized(() => byOidc(oidc));
  // Where the provider finds none either, unless a program gives its own provider keys.
  return fromLibrary(new Credential());
}

/** The library fetches temporary keys again before they expire. */
function fromLibrary(credential: Credential): KeySource {
  return async () => {
    const { accessKeyId = "", accessKeySecret = "", securityToken } = await credential.getCredential();
    return { accessKeyId, accessKeySecret, ...(securityToken && { securityToken }) };
  };
}

async function byOidc(role: Readonly<Record<string, unknown>>): Promise<Session> {
  const token = text(role.oidcToken) ?? text(process.env.ALIBABA_CLOUD_OIDC_TOKEN);
  const file = text(role.oidcTokenFile) ?? process.env.ALIBABA_CLOUD_OIDC_TOKEN_FILE ?? "";
  const session = await assumeRoleWithOidc({
    RoleArn: text(role.roleArn) ?? process.env.ALIBABA_CLOUD_ROLE_ARN ?? "",
    RoleSessionName: text(role.roleSessionName) ?? process.env.ALIBABA_CLOUD_ROLE_SESSION_NAME ?? "terraform",
    OIDCProviderArn: text(role.oidcProviderArn) ?? process.env.ALIBABA_CLOUD_OIDC_PROVIDER_ARN ?? "",
    OIDCToken: token ?? readFileSync(file, "utf8"),
    DurationSeconds: seconds(role.sessionExpiration),
    Policy: text(role.policy),
  });
  // A token that nobody replaces has ended when its session does.
  return token === undefined ? session : { ...session, endsAt: session.expiration };
}

/** The role that is assumed with the keys, if one is. */
function roleOf(profile: Profile): (RoleParameters & { readonly ExternalId?: string | undefined }) | undefined {
  const ofProfile: Profile = profile.mode === "RamRoleArn" ? profile : {};
  const [role] = configMappings("alicloud:assumeRole");
  const own = role ?? {};
  // The provider reads these variables only where the configuration has a role.
  const variable = (name: string) => (role === undefined ? undefined : text(process.env[name]));
  const arn =
    text(own.roleArn) ??
    variable("ALICLOUD_ASSUME_ROLE_ARN") ??
    variable("ALIBABA_CLOUD_ROLE_ARN") ??
    ofProfile.ram_role_arn;
  if (arn === undefined || arn === "") return undefined;
  return {
    RoleArn: arn,
    RoleSessionName:
      text(own.sessionName) ??
      variable("ALICLOUD_ASSUME_ROLE_SESSION_NAME") ??
      variable("ALIBABA_CLOUD_ROLE_SESSION_NAME") ??
      (ofProfile.ram_session_name || "terraform"),
    DurationSeconds:
      seconds(own.sessionExpiration) ??
      seconds(variable("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION")) ??
      seconds(ofProfile.expired_seconds) ??
      3600,
    Policy: text(own.policy),
    ExternalId: text(own.externalId),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function seconds(value: unknown): number | undefined {
  return Number(value) > 0 ? Number(value) : undefined;
}

/** Starts a session once, and again five minutes before it expires or after a failure. */
function memoized(start: () => Promise<Session>): KeySource {
  let last: Promise<Session> | undefined;
  return async () => {
    const found = await last?.catch(() => undefined);
    if (found !== undefined && found.expiration.getTime() > Date.now() + 300_000) return found;
    last = start();
    return last;
  };
}

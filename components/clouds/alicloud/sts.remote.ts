import RPCClient from "@alicloud/pop-core";
import { ProxyAgent } from "proxy-agent";
import { configMappings, configValue } from "../../stack-config.remote";
import { ReplyError, persistently, send } from "./http.remote";

/** The keys that a request is signed with. */
export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
  /** When they end for good, because nothing renews them; absent: nothing says that they do. */
  readonly endsAt?: Date;
}

/** Temporary keys, and when they expire. */
export interface Session extends Keys {
  readonly expiration: Date;
}

interface Reply {
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

const apiVersion = "2015-04-01";

/** The parameters that are the same in both calls; undefined ones are not sent. */
export interface RoleParameters {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number | undefined;
  readonly Policy?: string | undefined;
}

/** Assumes a role. Through the environment's proxy, which Alibaba Cloud's own library of credentials ignores. */
export async function assumeRole(
  keys: Keys,
  parameters: RoleParameters & { readonly ExternalId?: string | undefined },
): Promise<Session> {
  return persistently(async () => sessionOf(await callSts<Reply>(keys, "AssumeRole", given(parameters))));
}

/** Assumes a role with the token of an identity provider: the request has no signature. */
export async function assumeRoleWithOidc(
  parameters: RoleParameters & { readonly OIDCProviderArn: string; readonly OIDCToken: string },
): Promise<Session> {
  return persistently(async () => {
    const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const common = { Action: "AssumeRoleWithOIDC", Version: apiVersion, Format: "JSON", Timestamp: time };
    const { status, body } = await send({
      method: "POST",
      url: endpoint(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...common, ...given(parameters) }).toString(),
    });
    const reply = JSON.parse(body) as Reply & { Code?: string; Message?: string };
    if (status >= 300) throw new ReplyError(reply.Code ?? `status ${status}`, reply.Message ?? "", status);
    return sessionOf(reply);
  });
}

/** The account that these keys belong to. */
export async function accountOf(keys: Keys, region: string): Promise<string> {
  const identity = await persistently(() => callSts<{ AccountId: string }>(keys, "GetCallerIdentity", {}, region));
  return identity.AccountId;
}

function callSts<Result>(
  keys: Keys,
  action: string,
  parameters: Readonly<Record<string, string>>,
  region?: string,
): Promise<Result> {
  const client = new RPCClient({ endpoint: endpoint(region), apiVersion, ...keys });
  return client.request<Result>(action, parameters, { method: "POST", agent: new ProxyAgent(), timeout: 15_000 });
}

function endpoint(region = configValue("alicloud:region") ?? "cn-hangzhou"): string {
  const named = configMappings("alicloud:endpoints").map(({ sts }) => sts);
  const host = named.find((one) => typeof one === "string" && one !== "") as string | undefined;
  const url = host ?? `sts.${region}.aliyuncs.com`;
  return url.includes("://") ? url : `https://${url}`;
}

function sessionOf({ Credentials: found }: Reply): Session {
  return {
    accessKeyId: found.AccessKeyId,
    accessKeySecret: found.AccessKeySecret,
    securityToken: found.SecurityToken,
    expiration: new Date(found.Expiration),
  };
}

function given(parameters: object): Record<string, string> {
  const all = Object.entries(parameters) as [string, string | number | undefined][];
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

import { randomUUID } from "node:crypto";
import type { HttpRequest } from "./http/server";
import { Refusal, notFound } from "./refusal";

/** The access key that every double accepts, with its secret, for the account that it is started with. */
export const defaultKey = "double";

interface AccessKey {
  accountId: string;
  /** The token that requests must have; undefined for a key that does not expire. */
  token?: string;
  /** The role of an instance, whose policies decide; undefined for a caller that may do everything. */
  role?: string;
}

/** Temporary credentials: what AssumeRole returns, or an instance's metadata. */
export interface Session {
  accessKeyId: string;
  accessKeySecret: string;
  token: string;
  expiration: string;
}

/** Who may call the double: the access keys of every account, and the roles that may be assumed. */
export class Accounts {
  private readonly keys = new Map<string, AccessKey>();
  private readonly roles = new Set<string>();

  /** Accepts an access key, with any secret, for an account. */
  addKey(accessKeyId: string, accountId: string): void {
    this.keys.set(accessKeyId, { accountId });
  }

  /** Lets every account assume a role such as acs:ram::2222222222222222:role/deploy. */
  addRole(arn: string): void {
    this.roles.add(arn);
  }

  /** Starts a session of a role, whose keys belong to the role's account. */
  assumeRole(arn: string, seconds: number): Session {
    const accountId = /^acs:ram::(\d+):role\/.+$/.exec(arn)?.[1];
    if (accountId === undefined)
      throw new Refusal("InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.");
    if (!this.roles.has(arn)) throw notFound("EntityNotExist.Role", arn);
    return this.startSession({ accountId }, seconds);
  }

  /** Starts a session of an instance's role, with the credentials that the instance's metadata has. */
  startInstanceSession(accountId: string, role: string): Session {
    return this.startSession({ accountId, role }, 6 * 3600);
  }

  /** The instance's role whose session a request is signed with; undefined for any other caller. */
  roleOf(request: HttpRequest): string | undefined {
    return this.keys.get(signerOf(request).id ?? "")?.role;
  }

  private startSession(key: AccessKey, seconds: number): Session {
    const session = {
      accessKeyId: `STS.${randomUUID().replaceAll("-", "")}`,
      accessKeySecret: randomUUID(),
      token: randomUUID(),
      expiration: `${new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19)}Z`,
    };
    this.keys.set(session.accessKeyId, { ...key, token: session.token });
    return session;
  }

  /** The account that a request's key belongs to; undefined for a request without a key. Refuses unknown keys. */
  accountOf(request: HttpRequest): string | undefined {
    const { id, token } = signerOf(request);
    if (id === undefined) return undefined;
    const key = this.keys.get(id);
    if (key === undefined)
      throw new Refusal("InvalidAccessKeyId.NotFound", "Specified access key is not found or invalid.", 404);
    if (key.token !== token)
      throw new Refusal("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
    return key.accountId;
  }
}

/** The access key and the token of a request, in the notation of whichever service it is for. */
export function signerOf({ headers, query, body }: HttpRequest): { id: string | undefined; token: string | undefined } {
  const form = new URLSearchParams(
    headers["content-type"]?.includes("form-urlencoded") ? body.toString("utf8") : undefined,
  );
  const parameter = (name: string) => query.get(name) ?? form.get(name) ?? undefined;
  const authorization = headers["authorization"] ?? "";
  return {
    id:
      parameter("AccessKeyId") ??
      parameter("x-oss-credential")?.split("/")[0] ??
      parameter("OSSAccessKeyId") ??
      // ACS3, OSS4 and SLS4; then the older ones, such as `LOG key:signature`.
      /Credential=([^/,\s]+)/.exec(authorization)?.[1] ??
      /^\w+ ([^:\s]+):/.exec(authorization)?.[1],
    token:
      parameter("SecurityToken") ??
      parameter("x-oss-security-token") ??
      parameter("security-token") ??
      headers["x-acs-security-token"] ??
      headers["x-oss-security-token"],
  };
}

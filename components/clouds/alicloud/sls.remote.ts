import { createHash, createHmac } from "node:crypto";
import type { CredentialModel } from "@alicloud/credentials";
import { credentials } from "./credentials.remote";
import { replyError, persistently, send } from "./http.remote";

/** What a request to Simple Log Service is about. */
export interface SlsCall {
  /** The project; undefined for what concerns several. */
  readonly project?: string | undefined;
  /** Such as /logstores. Default: / */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The document that is sent. */
  readonly document?: object;
}

/**
 * The API of Simple Log Service in a region. https://www.alibabacloud.com/help/en/sls/developer-reference/api-overview
 */
export class Sls {
  /** @param endpoint its URL, without a project */
  constructor(private readonly endpoint: string) {}

  /** Sends a request until it has a reply, and returns its document. A reply with an error is thrown. */
  request<Reply>(method: string, call: SlsCall): Promise<Reply> {
    return persistently(async () => {
      const text = await this.once(method, call);
      return (text === "" ? {} : JSON.parse(text)) as Reply;
    });
  }

  private async once(method: string, { project, path = "/", query = {}, document }: SlsCall): Promise<string> {
    const body = document === undefined ? "" : JSON.stringify(document);
    const headers = slsHeaders({ method, path, query, body }, await credentials());
    const { protocol, host } = new URL(this.endpoint);
    const parameters = new URLSearchParams(query).toString();
    const url = `${protocol}//${project === undefined ? "" : `${project}.`}${host}${path}${parameters === "" ? "" : `?${parameters}`}`;
    const reply = await send({ method, url, headers, body });
    if (reply.status < 300) return reply.body;
    const { errorCode = `status ${reply.status}`, errorMessage = "" } = errorIn(reply.body);
    throw replyError("sls", errorCode, errorMessage, reply.status);
  }
}

/** A request to Simple Log Service, as far as its signature covers it. */
export interface SlsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The headers of a signed request.
 * https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
 */
export function slsHeaders(
  { method, path, query, body }: SlsRequest,
  {
    accessKeyId = "",
    accessKeySecret = "",
    securityToken,
  }: Pick<CredentialModel, "accessKeyId" | "accessKeySecret" | "securityToken">,
  time = new Date(),
): Record<string, string> {
  const content: Record<string, string> =
    body === ""
      ? {}
      : {
          "content-type": "application/json",
          "content-md5": createHash("md5").update(body).digest("hex").toUpperCase(),
        };
  const service: Record<string, string> = {
    "x-log-apiversion": "0.6.0",
    "x-log-bodyrawsize": String(Buffer.byteLength(body)),
    "x-log-signaturemethod": "hmac-sha256",
    ...(securityToken === undefined ? {} : { "x-acs-security-token": securityToken }),
  };
  const date = time.toUTCString();
  const sorted = (parts: Readonly<Record<string, string>>) =>
    Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  const parameters = sorted(query).map(([name, value]) => `${name}=${value}`);
  const text = [
    method,
    content["content-md5"] ?? "",
    content["content-type"] ?? "",
    date,
    ...sorted(service).map(([name, value]) => `${name}:${value}`),
    path + (parameters.length === 0 ? "" : `?${parameters.join("&")}`),
  ].join("\n");
  const signature = createHmac("sha256", accessKeySecret).update(text).digest("base64");
  return { ...content, ...service, date, authorization: `LOG ${accessKeyId}:${signature}` };
}

function errorIn(body: string): { errorCode?: string; errorMessage?: string } {
  try {
    return JSON.parse(body) as { errorCode?: string; errorMessage?: string };
  } catch {
    return {};
  }
}

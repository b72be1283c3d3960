import http from "node:http";
import https from "node:https";
import { ProxyAgent } from "proxy-agent";
import { repeated } from "../../clock.remote";
import { accountAdvice, codeOf } from "./errors.remote";

/** A request to one of the services with an API of its own: OSS and SLS. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A reply. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

/** A reply with an error, with its code. */
export class ReplyError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(`${code}: ${message}`);
  }
}

/** An error in a service's reply, with what to do where the service refuses every call of the account. */
export function replyError(service: "oss" | "sls", code: string, message: string, status: number): ReplyError {
  return new ReplyError(code, message + accountAdvice(service, Object.assign(new Error(message), { code })), status);
}

const timeoutSeconds = 30;

/** Sends a request once, through the proxy that the environment names, if any. */
export function send({ method, url, headers, body }: HttpRequest): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      agent: new ProxyAgent(),
    };
    const request = (url.startsWith("https:") ? https : http).request(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
      });
    });
    const late = () =>
      request.destroy(Object.assign(new Error(`no reply within ${timeoutSeconds} s`), { code: "ETIMEDOUT" }));
    setTimeout(late, timeoutSeconds * 1000).unref();
    request.on("error", reject).end(body);
  });
}

/** Repeats `work` every two seconds for a minute while the network or the service fails. */
export function persistently<Result>(work: () => Promise<Result>): Promise<Result> {
  return repeated(work, isTransient, 60);
}

function isTransient(error: unknown): boolean {
  if (error instanceof ReplyError && (error.status >= 500 || error.status === 429)) return true;
  return /^E[A-Z]+$|Throttling|QuotaExceed|ServiceUnavailable|InternalError|SlowDown/.test(codeOf(error));
}

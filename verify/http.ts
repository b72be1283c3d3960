import http from "node:http";
import https from "node:https";
import { errorOf } from "../components/error-message";

/** A response, or why there was none. */
export interface Answer {
  /** The status; undefined where there was no complete response. */
  readonly status?: number;
  readonly body?: string;
  readonly error?: string;
}

/** A request that a check sends. */
export interface Request {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds within which the response must be complete. Default 10. */
  readonly timeout?: number;
  /** Whether the certificate must be valid for the URL's name; default yes. */
  readonly trusted?: boolean;
}

/** Sends one request on a connection of its own, follows no redirect, and never rejects. */
export function send({ url, method = "GET", headers = {}, timeout = 10, trusted = true }: Request): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      resolve({ error: error.message });
    };
    try {
      const options = { method, headers: { ...headers, Connection: "close" }, rejectUnauthorized: trusted };
      const request = (url.startsWith("https:") ? https : http).request(url, options, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body = (body + part).slice(0, 10_000)));
        response.on("error", failed);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body });
        });
      });
      // Limits the whole response: the socket's own timeout starts again with every byte that arrives.
      const late = () => request.destroy(new Error(`no complete response within ${timeout} s`));
      setTimeout(late, timeout * 1000).unref();
      request.on("error", failed).end();
    } catch (error) {
      failed(errorOf(error));
    }
  });
}

/** Whether a response has a status of 200 to 299. */
export function isGood({ status = 0 }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** A response in words. */
export function answerText({ status, error }: Answer): string {
  return status === undefined ? (error ?? "no response") : `status ${status}`;
}

/** A path of an address. */
export function at(url: string, path: string): string {
  return url.replace(/\/$/, "") + path;
}

/** What to do where this machine does not reach an internal load balancer. */
export const insideRemedy =
  "run the command inside the network, or give --url the address at which this machine reaches it";

/** Whether a response says nothing of a service: there was none, and its load balancer is internal. */
export function isOutside({ status }: Answer, internal: boolean): boolean {
  return internal && status === undefined;
}

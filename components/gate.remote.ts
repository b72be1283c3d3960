import http from "node:http";
import https from "node:https";
import { ProxyAgent } from "proxy-agent";
import { now, sleep } from "./clock.remote";
import type { Created } from "./remote";

/** The inputs of a gate. */
export interface Inputs {
  /** The load balancer's URL as it is reached from the machine that runs Pulumi. */
  readonly url: string;
  /** The health path. */
  readonly path: string;
  /** The value of the header `X-Release` by which the load balancer sends a request to the release. */
  readonly header: string;
  /** The release to check. */
  readonly release: string;
  /** Successful responses in a row that are required, one a second. */
  readonly answers: number;
  /** Seconds after which the gate fails. */
  readonly within: number;
  /** Seconds after which a single request fails. */
  readonly timeout: number;
  /** The server group's id. Another group behind the same release has to pass again. */
  readonly group: string;
}

/** The outputs of a gate. */
export interface Outputs extends Inputs {
  /** The release that has passed. */
  readonly passed: string;
}

/** Requests the health path of the release once a second until it has answered as often in a row as required. */
export async function create(inputs: Inputs): Promise<Created<Outputs>> {
  const { release, answers, within } = inputs;
  const address = inputs.url.replace(/\/$/, "") + inputs.path;
  const deadline = now() + within * 1000;
  let successes = 0;
  let lastFailure: string | undefined;
  for (let requests = 1; ; requests += 1) {
    const failure = await failureOf(address, inputs);
    if (failure === undefined) {
      successes += 1;
      if (successes >= answers) return { id: release, outs: { ...inputs, passed: release } };
    } else {
      successes = 0;
      lastFailure = failure;
    }
    if (now() + 1000 >= deadline) {
      throw new Error(
        `release ${release} did not pass its gate: it needs ${answers} successful responses in a row within ` +
          `${within} s from ${address} with the header X-Release. ${requests} requests were sent; last failure: ` +
          `${lastFailure ?? "none, but there were too few responses"}. The traffic split was not changed. ` +
          "The next update runs the gate again; to go back to the old release, revert the change and update.",
      );
    }
    await sleep(1000);
  }
}

/** Sends one request. Returns why it failed, or undefined when its status was 2xx. */
function failureOf(address: string, { header, timeout }: Inputs): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = {
      headers: { "X-Release": header, Connection: "close" },
      // The environment's proxy, by which the provider and the waits reach the cloud.
      agent: new ProxyAgent(),
      // The certificate names the service's domain, not the load balancer. Nothing secret is sent, and nothing received
      // is trusted.
      rejectUnauthorized: false,
    };
    const failed = (error: Error) => {
      resolve(error.message);
    };
    const request = (address.startsWith("https:") ? https : http).request(address, options, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text = (text + part.toString()).slice(0, 200)));
      response.on("error", failed);
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        resolve(status >= 200 && status < 300 ? undefined : `status ${status} ${JSON.stringify(text)}`);
      });
    });
    // Limits the whole response: the socket's own timeout starts again with every byte that arrives.
    const late = () => request.destroy(new Error(`no complete response within ${timeout} s`));
    setTimeout(late, timeout * 1000).unref();
    request.on("error", failed).end();
  });
}

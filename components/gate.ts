import type * as https from "node:https";
import * as pulumi from "@pulumi/pulumi";

/** What the gate asks for. */
export interface GateArgs {
  /** The load balancer's address as it is reached from here. */
  readonly url: pulumi.Input<string>;
  /** The health path. */
  readonly path: string;
  /** The release that has to answer; sent as the header `X-Release`. */
  readonly release: string;
  /** Good answers in a row that are wanted, one a second. */
  readonly answers: number;
  /** Seconds within which they must have come. */
  readonly within: number;
  /** Seconds after which one answer counts as bad. */
  readonly timeout: number;
  /** The server group's id: a group that was replaced has to pass again. */
  readonly group: pulumi.Input<string>;
}

type Asked = { readonly [K in keyof GateArgs]: GateArgs[K] extends pulumi.Input<string> ? string : number };
type Outcome = { readonly status: number; readonly text: string };

/*
 * Pulumi keeps this object's source text in the state and runs it in another process. It therefore stands alone: no
 * imports from this project and no named inner functions, for which the TypeScript loader would add helpers.
 */
const provider: pulumi.dynamic.ResourceProvider<Asked, Asked> = {
  async create(asked) {
    const address = asked.url.replace(/\/$/, "") + asked.path;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists
    const client = (address.startsWith("https:") ? require("node:https") : require("node:http")) as typeof https;
    const deadline = Date.now() + asked.within * 1000;
    let good = 0;
    let times = 0;
    let last = "";
    for (;;) {
      times += 1;
      const outcome = await new Promise<Outcome>((resolve) => {
        const request = client.request(
          address,
          // The load balancer's own name is in no certificate of the user's, and nothing secret is sent or believed.
          { headers: { "X-Release": asked.release, Connection: "close" }, rejectUnauthorized: false },
          (response) => {
            let text = "";
            response.on("data", (part: Buffer) => (text = (text + part.toString()).slice(0, 200)));
            response.on("end", () => {
              resolve({ status: response.statusCode ?? 0, text });
            });
            response.on("error", (error) => {
              resolve({ status: 0, text: error.message });
            });
          },
        );
        // For the whole answer: a socket's own timeout starts again with every byte that drips in.
        setTimeout(
          () => request.destroy(new Error(`no answer within ${asked.timeout} s`)),
          asked.timeout * 1000,
        ).unref();
        request.on("error", (error) => {
          resolve({ status: 0, text: error.message });
        });
        request.end();
      });
      if (outcome.status >= 200 && outcome.status < 300) {
        good += 1;
        if (good >= asked.answers) return { id: asked.release, outs: asked };
      } else {
        good = 0;
        last = outcome.status === 0 ? outcome.text : `status ${outcome.status} ${JSON.stringify(outcome.text)}`;
      }
      if (Date.now() + 1000 >= deadline) {
        throw new Error(
          `release ${asked.release} did not pass its gate: wanted ${asked.answers} good answers in a row within ${asked.within} s from ` +
            `${address} (X-Release: ${asked.release}), asked ${times} times, last bad answer: ${last || "none, but too few good ones"}. ` +
            "The traffic split was not moved. The next update asks again; to go back, take the change back and update.",
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  },
  diff(_id, before, now) {
    // Passed is passed: only another group behind the same release has to pass again. A gate that asks otherwise is no reason.
    return Promise.resolve(
      before.group === now.group
        ? { changes: false }
        : { changes: true, replaces: ["group"], deleteBeforeReplace: false },
    );
  },
};

/**
 * The check that a release must pass before it gets traffic. It is a resource of its own because a create that fails is
 * not recorded, so that the next update asks again; a hook on the server group would be asked only once.
 */
export class Gate extends pulumi.dynamic.Resource {
  constructor(name: string, args: GateArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, args, opts, "immutable-service", "Gate");
  }
}

import type * as Process from "node:child_process";
import type * as Crypto from "node:crypto";
import type * as Fs from "node:fs";
import type * as Http from "node:http";
import type * as Https from "node:https";
import type * as Os from "node:os";
import type * as Path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as Proxy from "proxy-agent";

/** What is asked. */
export interface InRegistryArgs {
  /** The repository, such as registry.example.com/team/bookstore. */
  readonly repository: pulumi.Input<string>;
  readonly tag: string;
}

interface Asked {
  readonly repository: string;
  readonly tag: string;
}

interface Found extends Asked {
  /** Empty where the registry has no such image. */
  readonly digest: string;
}

/*
 * Pulumi keeps this object's source text in the state and runs it in another process. It therefore stands alone: every
 * package is required inside, and there are no named inner functions, for which the TypeScript loader would add helpers.
 */
const provider: pulumi.dynamic.ResourceProvider<Asked, Found> = {
  async create({ repository, tag }) {
    /* eslint-disable @typescript-eslint/no-require-imports -- resolved in the provider's process, where no import of this file exists */
    const { execFileSync } = require("node:child_process") as typeof Process;
    const { createHash } = require("node:crypto") as typeof Crypto;
    const { existsSync, readFileSync, statSync } = require("node:fs") as typeof Fs;
    const http = require("node:http") as typeof Http;
    const https = require("node:https") as typeof Https;
    const { homedir } = require("node:os") as typeof Os;
    const path = require("node:path") as typeof Path;
    const { ProxyAgent } = require("proxy-agent") as typeof Proxy;
    /* eslint-enable @typescript-eslint/no-require-imports */
    const host = repository.slice(0, repository.indexOf("/"));
    const within = repository.slice(host.length + 1);
    const asIs = `${repository}:${tag} is neither built nor pushed, and nothing was changed`;

    // The machine's own Docker login: what a credential helper gives, or what `docker login` has written.
    const set = process.env.DOCKER_CONFIG ?? path.join(homedir(), ".docker");
    const file = existsSync(set) && statSync(set).isDirectory() ? path.join(set, "config.json") : set;
    const config = (existsSync(file) ? JSON.parse(readFileSync(file, "utf8") || "{}") : {}) as {
      auths?: Record<string, { auth?: string } | undefined>;
      credHelpers?: Record<string, string | undefined>;
      credsStore?: string;
    };
    const helper = config.credHelpers?.[host] ?? config.credsStore;
    let login = config.auths?.[host]?.auth ?? "";
    if (helper !== undefined && helper !== "") {
      try {
        const told = JSON.parse(
          execFileSync(`docker-credential-${helper}`, ["get"], {
            input: host,
            encoding: "utf8",
            stdio: ["pipe", "pipe", "pipe"],
          }),
        ) as { Username: string; Secret: string };
        login = Buffer.from(`${told.Username}:${told.Secret}`).toString("base64");
      } catch {
        // It knows of no login; the registry may do without one.
      }
    }

    const agent = new ProxyAgent();
    // As the Docker engine does it: over plain HTTP on the loopback alone.
    const scheme = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? "http" : "https";
    const accept = [
      "application/vnd.oci.image.index.v1+json",
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.docker.distribution.manifest.v2+json",
    ];
    let url = `${scheme}://${host}/v2/${within}/manifests/${tag}`;
    let authorization = login === "" ? "" : `Basic ${login}`;
    let asksForToken = false;
    let token = "";
    for (let tries = 0; tries < 6; tries++) {
      let status = 0;
      let challenge = "";
      let body = Buffer.alloc(0);
      try {
        const answer = await new Promise<Http.IncomingMessage>((resolve, reject) => {
          const headers = {
            Accept: asksForToken ? "application/json" : accept.join(", "),
            ...(authorization === "" ? {} : { Authorization: authorization }),
          };
          const request = (url.startsWith("http:") ? http : https).get(
            url,
            { agent, headers, timeout: 20_000 },
            resolve,
          );
          request.on("timeout", () => request.destroy(new Error("no answer within 20 s"))).on("error", reject);
        });
        const parts: Buffer[] = [];
        for await (const part of answer) parts.push(part as Buffer);
        body = Buffer.concat(parts);
        status = answer.statusCode ?? 0;
        challenge = answer.headers["www-authenticate"] ?? "";
      } catch (error) {
        throw new Error(
          `the registry ${host} cannot be asked (${error instanceof Error ? error.message : String(error)}): ${asIs}. Try again once it can be reached from here.`,
          { cause: error },
        );
      }
      const realm = /^Bearer\b.*?realm="([^"]+)"/i.exec(challenge)?.[1];
      if (asksForToken && status === 200) {
        const told = JSON.parse(body.toString()) as { token?: string; access_token?: string };
        token = told.token ?? told.access_token ?? "";
        authorization = `Bearer ${token}`;
        asksForToken = false;
        url = `${scheme}://${host}/v2/${within}/manifests/${tag}`;
      } else if (status === 200) {
        return {
          id: `${repository}:${tag}`,
          outs: { repository, tag, digest: `sha256:${createHash("sha256").update(body).digest("hex")}` },
        };
      } else if (status === 404 && !asksForToken) {
        return { id: `${repository}:${tag}`, outs: { repository, tag, digest: "" } };
      } else if (status === 401 && !asksForToken && token === "" && realm !== undefined) {
        const service = /service="([^"]*)"/.exec(challenge)?.[1] ?? "";
        url = `${realm}${realm.includes("?") ? "&" : "?"}service=${encodeURIComponent(service)}&scope=${encodeURIComponent(`repository:${within}:pull`)}`;
        asksForToken = true;
      } else if (status < 500 || tries === 5) {
        const advice =
          status === 401 || status === 403
            ? `Log in on this machine: docker login ${host}, for ECR with the password that aws ecr get-login-password gives; or set up a credential helper.`
            : "Try again.";
        throw new Error(`the registry ${host} answered ${status} when asked for the image: ${asIs}. ${advice}`);
      } else {
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
    throw new Error(
      `the registry ${host} goes on asking for another login: ${asIs}. Log in on this machine: docker login ${host}.`,
    );
  },
  async read(id, known) {
    try {
      const { outs } = await provider.create(known as Asked);
      return { id, props: outs as Found };
    } catch {
      // Docker's provider takes an image that it cannot ask for to be gone. So this is gone too, and asked again before
      // anything is built.
      return { id: "", props: known };
    }
  },
  diff(_id, before, now) {
    const replaced = before.repository !== now.repository || before.tag !== now.tag;
    return Promise.resolve({ changes: replaced, replaces: replaced ? ["tag"] : [], deleteBeforeReplace: false });
  },
};

/**
 * Asks the registry whether it has an image, before the image is built, and on each refresh. An image that is there was
 * baked by another stack, or by an update that did not live to record it, or a refresh without a login has forgotten it:
 * it is used and not baked again, since a tag that cannot be overwritten would refuse the second one. A registry that
 * does not answer, or not without a login, fails the update before minutes of building.
 */
export class InRegistry extends pulumi.dynamic.Resource {
  /** The digest of the image as it was found; empty where there was none. */
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: InRegistryArgs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args, digest: undefined }, opts, "immutable-service", "InRegistry");
  }
}

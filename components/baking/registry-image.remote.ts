import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { ProxyAgent } from "proxy-agent";
import { sleep } from "../clock.remote";
import { messageOf } from "../error-message";
import type { Created, Refreshed } from "../remote";
import { dockerConfigurationFile, registryHost, registryScheme } from "./docker-configuration";

/** The inputs of a lookup. */
export interface Inputs {
  /** The repository, such as registry.example.com/team/bookstore. */
  readonly repository: string;
  readonly tag: string;
}

/** The outputs of a lookup. */
export interface Outputs extends Inputs {
  /** Empty where the registry has no such image. */
  readonly digest: string;
}

/** The part of Docker's configuration that has logins. */
interface DockerConfiguration {
  readonly auths?: Readonly<Record<string, { readonly auth?: string } | undefined>>;
  readonly credHelpers?: Readonly<Record<string, string | undefined>>;
  readonly credsStore?: string;
}

interface Response {
  readonly status: number;
  /** The header `WWW-Authenticate`. */
  readonly challenge: string;
  readonly body: Buffer;
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** How many requests one lookup sends at most, with those for tokens and those that failed in the registry. */
const maxRequests = 6;

/** Looks the image up. */
export async function create({ repository, tag }: Inputs): Promise<Created<Outputs>> {
  const digest = await new Lookup(repository, tag).run();
  return { id: `${repository}:${tag}`, outs: { repository, tag, digest } };
}

/** Looks the image up again. */
export async function read(id: string, outputs: Partial<Outputs>): Promise<Refreshed<Outputs>> {
  const { repository = "", tag = "" } = outputs;
  try {
    const { outs } = await create({ repository, tag });
    return { id, props: outs };
  } catch {
    // Docker's provider drops an image that it cannot look up. This does the same, so that the next update looks the
    // image up before anything is built.
    return {};
  }
}

/**
 * One lookup. https://distribution.github.io/distribution/spec/api/ and
 * https://distribution.github.io/distribution/spec/auth/token/
 */
class Lookup {
  private readonly agent = new ProxyAgent();
  private readonly host: string;
  private readonly path: string;
  private requests = 0;

  constructor(
    private readonly repository: string,
    private readonly tag: string,
  ) {
    this.host = registryHost(repository);
    this.path = repository.slice(this.host.length + 1);
  }

  /** Returns the image's digest, or "" where the registry has no such image. */
  async run(): Promise<string> {
    const login = loginFor(this.host);
    const basic = login === "" ? undefined : `Basic ${login}`;
    const url = `${registryScheme(this.host)}://${this.host}/v2/${this.path}/manifests/${this.tag}`;
    const accept = manifestTypes.join(", ");
    let response = await this.get(url, accept, basic);
    const tokens = tokenUrl(response.challenge, this.path);
    if (response.status === 401 && tokens !== undefined) {
      response = await this.get(url, accept, `Bearer ${await this.token(tokens, basic)}`);
    }
    if (response.status === 404) return "";
    if (response.status !== 200) throw this.refusal(response.status);
    return `sha256:${createHash("sha256").update(response.body).digest("hex")}`;
  }

  private async token(url: string, authorization: string | undefined): Promise<string> {
    const { status, body } = await this.get(url, "application/json", authorization);
    if (status !== 200) throw this.refusal(status);
    const { token, access_token = "" } = JSON.parse(body.toString()) as { token?: string; access_token?: string };
    return token ?? access_token;
  }

  /** Sends a request, and repeats it while the registry has an error of its own. */
  private async get(url: string, accept: string, authorization: string | undefined): Promise<Response> {
    for (;;) {
      this.requests += 1;
      const response = await this.send(url, accept, authorization);
      if (response.status < 500 || this.requests >= maxRequests) return response;
      await sleep(1000);
    }
  }

  private async send(url: string, accept: string, authorization: string | undefined): Promise<Response> {
    const headers = { Accept: accept, ...(authorization === undefined ? {} : { Authorization: authorization }) };
    try {
      const message = await new Promise<http.IncomingMessage>((resolve, reject) => {
        const { get } = url.startsWith("http:") ? http : https;
        const request = get(url, { agent: this.agent, headers, timeout: 20_000 }, resolve);
        request.on("timeout", () => request.destroy(new Error("no response within 20 s"))).on("error", reject);
      });
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const challenge = message.headers["www-authenticate"] ?? "";
      return { status: message.statusCode ?? 0, challenge, body: Buffer.concat(chunks) };
    } catch (error) {
      throw this.error(`cannot be reached (${messageOf(error)})`, "Try again once this machine can reach it.", error);
    }
  }

  private refusal(status: number): Error {
    const advice =
      status === 401 || status === 403
        ? `Log in on this machine: docker login ${this.host}, for ECR with the password from ` +
          "aws ecr get-login-password; or set up a credential helper."
        : "Try again.";
    return this.error(`answered ${status} to the lookup of the image`, advice);
  }

  private error(problem: string, advice: string, cause?: unknown): Error {
    const image = `${this.repository}:${this.tag}`;
    return new Error(
      `the registry ${this.host} ${problem}: ${image} is neither built nor pushed, and nothing was changed. ${advice}`,
      { cause },
    );
  }
}

/** This machine's Docker login for a registry, in base64: from a credential helper, or as `docker login` wrote it. */
function loginFor(host: string): string {
  const file = dockerConfigurationFile();
  const configuration = (existsSync(file) ? JSON.parse(readFileSync(file, "utf8") || "{}") : {}) as DockerConfiguration;
  const written = configuration.auths?.[host]?.auth ?? "";
  const helper = configuration.credHelpers?.[host] ?? configuration.credsStore ?? "";
  return helper === "" ? written : (loginFromHelper(helper, host) ?? written);
}

function loginFromHelper(helper: string, host: string): string | undefined {
  try {
    const options = { input: host, encoding: "utf8", stdio: "pipe" } as const;
    const output = execFileSync(`docker-credential-${helper}`, ["get"], options);
    const { Username, Secret } = JSON.parse(output) as { Username: string; Secret: string };
    return Buffer.from(`${Username}:${Secret}`).toString("base64");
  } catch {
    // The helper has no login for the registry, which may need none.
    return undefined;
  }
}

/** Where the challenge of a registry sends its clients for a token. */
function tokenUrl(challenge: string, path: string): string | undefined {
  const realm = /^Bearer\b.*?realm="([^"]+)"/i.exec(challenge)?.[1];
  if (realm === undefined) return undefined;
  const service = /service="([^"]*)"/.exec(challenge)?.[1] ?? "";
  const query = `service=${encodeURIComponent(service)}&scope=${encodeURIComponent(`repository:${path}:pull`)}`;
  return `${realm}${realm.includes("?") ? "&" : "?"}${query}`;
}

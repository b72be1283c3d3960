import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pause } from "../../engine/support/processes";
import { docker } from "../../engine/traffic/process";

const alicloud = {
  address: "100.100.100.200",
  subnet: "100.100.100.192/26",
  endpoint: "http://oss-cn-hangzhou-internal.aliyuncs.com",
};

/**
 * The addresses at which each cloud serves a role's credentials, and of its object storage. The metadata of Alibaba
 * Cloud's machines has session tokens, and serves nothing without one; that of container groups is documented without:
 * https://www.alibabacloud.com/help/en/eci/user-guide/obtain-the-metadata-from-a-container
 */
const clouds = {
  aws: { address: "169.254.170.2", subnet: "169.254.170.0/24", endpoint: "http://169.254.170.2" },
  alicloud,
  "alicloud-containers": alicloud,
};

const bucket = "bookstore-files";
const role = { id: "ROLE-KEY", secret: "role-secret", token: "role-token" };

/**
 * A network on which this process serves a cloud's credentials endpoint and its object storage. It accepts only
 * requests that are signed with the role's key and that OSS would accept.
 */
export class CloudDouble {
  readonly stored = new Map<string, { type: string; body: Buffer }>();
  /** The delay of a PUT in milliseconds, for requests that are open while something else happens. */
  storesAfterMs = 0;

  private constructor(
    private readonly cloud: keyof typeof clouds,
    readonly network: string,
    private readonly server: Server,
  ) {}

  static async start(cloud: keyof typeof clouds): Promise<CloudDouble> {
    const { address, subnet } = clouds[cloud];
    const network = `immutable-service-test-${cloud}-${process.pid}`;
    await docker("network", "create", "--subnet", subnet, "--gateway", address, network);
    const server = createServer();
    const double = new CloudDouble(cloud, network, server);
    server.on("request", (request, response) => {
      void double.answer(request, response);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(80, address, resolve));
    return double;
  }

  /** The network and environment of an instance on this cloud, as arguments of `docker run`. */
  get arguments(): string[] {
    const { endpoint, address } = clouds[this.cloud];
    const files = {
      FILES_BUCKET: bucket,
      FILES_REGION: this.cloud === "aws" ? "us-east-1" : "cn-hangzhou",
      FILES_ENDPOINT: endpoint,
    };
    const variables = {
      ...files,
      ...(this.cloud === "aws" ? { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/credentials" } : {}),
    };
    return [
      "--network",
      this.network,
      "--add-host",
      `${bucket}.s3.${new URL(endpoint).host}:${address}`,
      ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ];
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? ""}`);
    const credentials = this.credentials(request, url);
    if (credentials !== undefined) response.end(credentials);
    else if (!this.permitted(request)) response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
    else await this.store(request, response, url, Buffer.concat(chunks));
  }

  private credentials(request: IncomingMessage, url: URL): string | undefined {
    const expiry = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");
    if (this.cloud === "aws") {
      if (url.pathname !== "/credentials") return undefined;
      return JSON.stringify({
        AccessKeyId: role.id,
        SecretAccessKey: role.secret,
        Token: role.token,
        Expiration: expiry,
      });
    }
    const folder = "/latest/meta-data/ram/security-credentials/";
    const token = this.cloud === "alicloud" ? "metadata-token" : undefined;
    if (request.method === "PUT" && url.pathname === "/latest/api/token") return token;
    if (!url.pathname.startsWith(folder) || request.headers["x-aliyun-ecs-metadata-token"] !== token) return undefined;
    if (url.pathname === folder) return "bookstore-role";
    return JSON.stringify({
      Code: "Success",
      AccessKeyId: role.id,
      AccessKeySecret: role.secret,
      SecurityToken: role.token,
      Expiration: expiry,
      LastUpdated: expiry,
    });
  }

  private permitted({ headers }: IncomingMessage): boolean {
    const signed =
      headers.authorization?.includes(`Credential=${role.id}/`) && headers["x-amz-security-token"] === role.token;
    return Boolean(signed) && !headers["x-amz-trailer"] && !headers["content-encoding"]?.includes("aws-chunked");
  }

  private async store(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): Promise<void> {
    const key = decodeURIComponent(url.pathname)
      .replace(new RegExp(`^/${bucket}(/|$)`), "/")
      .slice(1);
    if (request.method === "PUT") {
      await pause(this.storesAfterMs);
      this.stored.set(key, { type: request.headers["content-type"] ?? "", body });
      response.end();
      return;
    }
    if (url.searchParams.has("list-type")) {
      const names = [...this.stored.keys()].filter((name) => name.startsWith(url.searchParams.get("prefix") ?? ""));
      response.end(
        `<ListBucketResult>${names.map((name) => `<Contents><Key>${name}</Key></Contents>`).join("")}</ListBucketResult>`,
      );
      return;
    }
    const object = this.stored.get(key);
    if (object) response.setHeader("Content-Type", object.type).end(object.body);
    else response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
  }

  /** Closes it; no container may be left on the network. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await docker("network", "rm", this.network);
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../engine/support/processes";
import { docker, end, until } from "../../engine/traffic/process";

/** A registry of the test on the loopback interface, which Docker uses without TLS. */
export class Registry {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    /** host:port of the registry. */
    readonly address: string,
  ) {}

  static async start(): Promise<Registry> {
    const folder = await mkdtemp(join(tmpdir(), "immutable-service-registry-"));
    const address = `127.0.0.1:${await freePort()}`;
    const settings = join(folder, "registry.yml");
    await writeFile(
      settings,
      [
        "version: 0.1",
        "log: { level: error, accesslog: { disabled: true } }",
        `storage: { filesystem: { rootdirectory: ${join(folder, "data")} } }`,
        `http: { addr: "${address}" }`,
        "",
      ].join("\n"),
    );
    const registry = new Registry(folder, spawn("docker-registry", ["serve", settings], { stdio: "ignore" }), address);
    registry.process.on("error", () => undefined);
    try {
      await until(
        "the registry",
        10_000,
        async () => (await fetch(`http://${address}/v2/`).catch(() => undefined))?.ok,
      );
    } catch (error) {
      await registry.close();
      throw error;
    }
    return registry;
  }

  /** Pushes a tag of this registry and returns its reference by digest. */
  async push(tag: string): Promise<string> {
    await docker("push", "--quiet", tag);
    const repository = tag.slice(0, tag.lastIndexOf(":"));
    const digests = JSON.parse(await docker("image", "inspect", "--format", "{{json .RepoDigests}}", tag)) as string[];
    const reference = digests.find((digest) => digest.startsWith(`${repository}@`));
    if (!reference) throw new Error(`the Docker engine has no digest of ${tag} after its push`);
    return reference;
  }

  /** The digests of an image's layers in the registry, from the bottom up. */
  async layers(reference: string): Promise<string[]> {
    const [repository = "", digest = ""] = reference.slice(this.address.length + 1).split("@");
    const answer = await fetch(`http://${this.address}/v2/${repository}/manifests/${digest}`, {
      headers: { Accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    if (!answer.ok) throw new Error(`the registry answered ${answer.status} for ${reference}`);
    return ((await answer.json()) as { layers: { digest: string }[] }).layers.map((layer) => layer.digest);
  }

  async close(): Promise<void> {
    await end(this.process);
    await rm(this.folder, { recursive: true, force: true });
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePort } from "../support/processes";
import { docker, end, run, until } from "./process";

/**
 * How the application in an image behaves: `good` answers 200 everywhere; `broken` answers 500 everywhere, its health
 * path included; `flaky` answers 500 to every tenth request, except at /ready; `dead` exits at once; `slow:N` listens only
 * after N seconds.
 */
export type AppMode = "good" | "broken" | "flaky" | "dead" | `slow:${number}`;

/**
 * Images of the test application, built without a network: the base is this machine's node with its shared libraries,
 * imported once, and each build only adds settings. The project accepts images only by digest, which a registry
 * assigns, so the test runs its own registry on the loopback interface.
 */
export class AppImages {
  private readonly references = new Set<string>();

  private constructor(
    private readonly folder: string,
    private readonly registry: ChildProcess,
    /** host:port of the registry. */
    readonly address: string,
    private readonly base: string,
  ) {}

  /** Starts the registry and builds the base layer (about 1 s). */
  static async start(): Promise<AppImages> {
    const folder = await mkdtemp(join(tmpdir(), "immutable-service-images-"));
    const address = `127.0.0.1:${await freePort()}`;
    const settings = join(folder, "registry.yml");
    await writeFile(
      settings,
      [
        "version: 0.1",
        "log: { level: error, accesslog: { disabled: true } }",
        `storage: { filesystem: { rootdirectory: ${join(folder, "registry")} } }`,
        `http: { addr: "${address}" }`,
        "",
      ].join("\n"),
    );
    const registry = spawn("docker-registry", ["serve", settings], { stdio: "ignore" });
    // If it cannot be started, the wait below fails.
    registry.on("error", () => undefined);
    const base = `immutable-service-test/base:${address.split(":")[1]}`;
    const images = new AppImages(folder, registry, address, base);
    try {
      await images.buildBase();
      await until(
        "the registry",
        10_000,
        async () => (await fetch(`http://${address}/v2/`).catch(() => undefined))?.ok,
      );
    } catch (error) {
      await images.close();
      throw error;
    }
    return images;
  }

  private async buildBase(): Promise<void> {
    const root = join(this.folder, "root");
    const libraries = (await run("ldd", [process.execPath])).match(/\/\S+/g) ?? [];
    const files: [string, string][] = [
      // node may be installed anywhere (nvm); its libraries keep their paths.
      [process.execPath, "/usr/bin/node"],
      [join(__dirname, "app.js"), "/app.js"],
      ...libraries.map((path): [string, string] => [path, path]),
    ];
    for (const [from, to] of files) {
      await mkdir(dirname(join(root, to)), { recursive: true });
      await copyFile(from, join(root, to));
    }
    await mkdir(join(root, "tmp"), { recursive: true });
    await run("sh", [
      "-c",
      `tar -C "$0" -c . | docker import -c 'ENTRYPOINT ["/usr/bin/node", "/app.js"]' - "$1"`,
      root,
      this.base,
    ]);
    await rm(root, { recursive: true, force: true });
  }

  /**
   * Builds and pushes an image and returns its reference, `127.0.0.1:PORT/app@sha256:…`. The first push takes about 4 s
   * (it contains node), each further one less than a second. Builds with different `label`s have different digests.
   */
  async build(mode: AppMode = "good", label = "1"): Promise<string> {
    const repository = `${this.address}/app`;
    const tag = `${repository}:${mode.replace(":", "-")}-${label}`;
    const recipe = `FROM ${this.base}\nENV APP_MODE=${mode}\nLABEL build=${JSON.stringify(label)}\n`;
    await run("docker", ["build", "--quiet", "--tag", tag, "-"], recipe);
    await docker("push", "--quiet", tag);
    const digests = JSON.parse(await docker("image", "inspect", "--format", "{{json .RepoDigests}}", tag)) as string[];
    const reference = digests.find((digest) => digest.startsWith(`${repository}@`));
    if (!reference) throw new Error(`the Docker engine has no digest of ${tag} after its push`);
    this.references.add(tag).add(reference);
    return reference;
  }

  /** A valid reference to an image that does not exist in the registry. */
  absent(): string {
    return `${this.address}/app@sha256:${"0".repeat(64)}`;
  }

  /** Removes every container and image of this class, and the registry. */
  async close(): Promise<void> {
    for (const reference of this.references) {
      const containers = await docker("ps", "--all", "--quiet", "--filter", `ancestor=${reference}`).catch(() => "");
      if (containers) await docker("rm", "--force", "--volumes", ...containers.split("\n")).catch(() => "");
    }
    const all = [...this.references, this.base];
    for (const reference of all) await docker("image", "rm", "--force", reference).catch(() => "");
    await end(this.registry);
    await rm(this.folder, { recursive: true, force: true });
  }
}

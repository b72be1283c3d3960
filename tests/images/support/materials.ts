/** The inputs of the images' tests: a clean Debian, Tomcat, the app's WAR. Downloads are cached in `.cache/`. */
import { spawnSync } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";
import type { Found } from "../../engine/support/toolchain";
import { docker, run } from "../../engine/traffic/process";

/** The folder of the recipes. */
export const images = resolve(__dirname, "../../../images");

/** The cache of downloads: ignored by git, and safe to delete. */
export const cache = resolve(__dirname, "../../../.cache");

/** The versions pinned in images/versions.json. */
export interface Versions {
  readonly tomcat_version: string;
  readonly tomcat_sha512: string;
  readonly java_package: string;
  readonly updated: string;
}

/** Reads images/versions.json. */
export async function versions(): Promise<Versions> {
  return JSON.parse(await readFile(join(images, "versions.json"), "utf8")) as Versions;
}

const suite = "bookworm";
const debianTar = join(cache, `debian-${suite}.tar`);

/** Finds a clean Debian in the cache, or debootstrap to create one. */
export function findDebian(): Found<string> {
  if (existsSync(debianTar)) return { found: true, tool: debianTar };
  if (process.getuid?.() !== 0)
    return { found: false, reason: "no clean Debian on this machine: debootstrap needs root" };
  if (spawnSync("debootstrap", ["--version"]).status === 0) return { found: true, tool: debianTar };
  return { found: false, reason: "no clean Debian on this machine: apt-get install debootstrap" };
}

/** Finds Maven, which builds the WAR. */
export function findMaven(): Found<string> {
  if (spawnSync("mvn", ["--version"]).status === 0) return { found: true, tool: "mvn" };
  return { found: false, reason: "no Maven on this machine: apt-get install maven" };
}

/** Imports a minimal Debian into the Docker engine (about a minute the first time). */
export async function importDebian(image: string): Promise<void> {
  await cached(debianTar, async (target) => {
    const folder = await mkdtemp(join(tmpdir(), "immutable-service-debian-"));
    try {
      const root = join(folder, "root");
      await run("debootstrap", ["--variant=minbase", suite, root]);
      await run("sh", [
        "-c",
        `rm -rf "$0"/var/cache/apt/archives/*.deb "$0"/var/lib/apt/lists/* && tar -C "$0" -cf "$1" .`,
        root,
        target,
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  await docker("import", debianTar, image);
}

/** Imports a Debian like a cloud's machine: with systemd and Python, and Ansible as the builder installs it. */
export async function importMachine(image: string, debian: string): Promise<void> {
  const packages = ["systemd", "systemd-sysv", "dbus", "python3", "ansible-core"];
  const machineTar = join(cache, `machine-${suite}.tar`);
  await cached(machineTar, async (target) => {
    const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ${packages.join(" ")} && apt-get clean`;
    const container = await docker("create", debian, "sh", "-c", install);
    try {
      await docker("start", "--attach", container);
      await docker("export", "--output", target, container);
    } finally {
      await docker("rm", "--force", container);
    }
  });
  await docker("import", machineTar, image);
}

/** A folder with Tomcat in the layout of Maven Central. */
export async function tomcatMirror(): Promise<string> {
  const { tomcat_version: version } = await versions();
  const mirror = join(cache, "maven-central");
  const path = `org/apache/tomcat/tomcat/${version}/tomcat-${version}.tar.gz`;
  await cached(join(mirror, path), async (target) => {
    const folder = await mkdtemp(join(tmpdir(), "immutable-service-tomcat-"));
    try {
      await run("mvn", [
        "-q",
        "-B",
        "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
        `-Dartifact=org.apache.tomcat:tomcat:${version}:tar.gz`,
        `-DoutputDirectory=${folder}`,
      ]);
      await copyFile(join(folder, `tomcat-${version}.tar.gz`), target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  return mirror;
}

/** Serves that folder on the loopback interface, for the build of an image. */
export async function serveMirror(): Promise<{ url: string; close: () => Promise<void> }> {
  const mirror = await tomcatMirror();
  const server = createServer((request, response) => {
    createReadStream(join(mirror, normalize(request.url ?? "/")))
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  };
}

/** Builds the WAR with a source revision (about 5 s; the first time Maven downloads its libraries). */
export async function buildWar(revision: string): Promise<string> {
  await run("mvn", ["-q", "-B", "-f", join(images, "app/pom.xml"), `-Drevision=${revision}`, "package"]);
  return join(images, "app/target/bookstore.war");
}

/** A cache of Debian's packages between runs. */
export async function packageCache(): Promise<string> {
  const folder = join(cache, "packages");
  await mkdir(join(folder, "partial"), { recursive: true });
  return folder;
}

/** Creates a file unless it exists; an incomplete one never gets its name. */
async function cached(file: string, create: (target: string) => Promise<void>): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(join(cache, ".gitignore"), "*\n");
  const unfinished = `${file}.${process.pid}`;
  try {
    await create(unfinished);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

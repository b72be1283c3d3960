/** Which tools of the engine tests this machine has. A missing tool is reported in one line, and its tests count as skipped. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** A tool that is here, or in plain words why it is not. */
export type Found<Tool> = { found: true; tool: Tool } | { found: false; reason: string };

/** A Pulumi engine with the AWS plugin. */
export interface Toolchain {
  pulumi: string;
  home: string;
}

/** A Python that can run ministack. Botocore, on which ministack depends, brings the services' published models. */
export interface EmulatorTool {
  python: string;
  serviceModels: string;
}

/** A Docker engine that answers. */
export interface DockerTool {
  version: string;
}

/** The repository's root folder. */
export const repository = resolve(__dirname, "../../..");

/** The engine: one in PULUMI_HOME, the one that `../shared/toolchain` installs into `.pulumi-home`, or one in ~/.pulumi; where these have only plugins, the one on the PATH. */
export function findToolchain(): Found<Toolchain> {
  const aws = `resource-aws-v${dependencyVersion("@pulumi/aws")}`;
  const complete = (home: string | undefined): Toolchain | undefined => {
    const pulumi = home && (executable(join(home, "bin", "pulumi")) ?? onPath("pulumi"));
    return home && pulumi && existsSync(join(home, "plugins", aws)) ? { pulumi, home } : undefined;
  };
  const given = complete(process.env.PULUMI_HOME);
  if (given) return { found: true, tool: given };
  const own = join(repository, ".pulumi-home");
  const failed = install(own);
  const tool = (failed === undefined ? complete(own) : undefined) ?? complete(join(homedir(), ".pulumi"));
  return tool
    ? { found: true, tool }
    : missing(
        `no Pulumi engine on this machine: ${failed ?? `none with the plugin ${aws} in PULUMI_HOME or ~/.pulumi`}`,
      );
}

/** Installs the engine where there is something to install it from; says why when that failed. */
function install(home: string): string | undefined {
  const installer = resolve(repository, "../shared/toolchain/install.sh");
  if (!existsSync(installer)) return undefined;
  // Also where it is installed, which the installer sees at once: of the tests that come here at the same time one installs,
  // and the others wait for it instead of taking what is half unpacked.
  const { status, stderr, error } = spawnSync("flock", [repository, installer, home], { encoding: "utf8" });
  return status === 0 ? undefined : `${installer} failed: ${(stderr || String(error)).trim()}`;
}

/** The AWS emulator: ministack in the repository's `.venv`, else in the python3 on the PATH. */
export function findEmulator(): Found<EmulatorTool> {
  // A python3 may be a shim that chooses by the current folder: take the interpreter that it stands for.
  const code =
    "import ministack, botocore, os, sys; print(sys.executable, os.path.join(os.path.dirname(botocore.__file__), 'data'), sep='\\n')";
  for (const python of [executable(join(repository, ".venv/bin/python")), onPath("python3")]) {
    if (!python) continue;
    const asked = spawnSync(python, ["-c", code], { encoding: "utf8" });
    const [executable, serviceModels] = asked.stdout.trim().split("\n");
    if (asked.status === 0 && executable && serviceModels)
      return { found: true, tool: { python: executable, serviceModels } };
  }
  return missing(
    "no AWS emulator on this machine: pip install ministack==1.5.33 cbor2 docker (in .venv, or for python3)",
  );
}

/** The Docker engine. */
export function findDocker(): Found<DockerTool> {
  const asked = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], {
    encoding: "utf8",
    timeout: 30_000,
  });
  if (asked.status === 0) return { found: true, tool: { version: asked.stdout.trim() } };
  return missing(
    `no Docker engine on this machine: ${(asked.stderr || String(asked.error ?? "no answer")).trim().split("\n")[0] ?? ""}`,
  );
}

/** The image registry, without which an image has no digest. */
export function findRegistry(): Found<{ command: string }> {
  const asked = spawnSync("docker-registry", ["--version"], { encoding: "utf8" });
  if (asked.status === 0) return { found: true, tool: { command: "docker-registry" } };
  return missing("no image registry on this machine: apt-get install docker-registry");
}

/** The tool; or skips the mocha suite or test (never passes it) and says which and why in one line. Call it in `before`. */
export function needs<Tool>(context: Mocha.Context, candidate: Found<Tool>): Tool {
  // For all of the hook: what is fetched, unpacked or built the first time takes long beside other files.
  context.timeout(600_000);
  if (candidate.found) return candidate.tool;
  // Files that run at the same time are reported at their end: the line would otherwise stand beside another suite.
  const suite = context.runnable().parent?.fullTitle() ?? "";
  console.log(`      skipped: ${suite}: ${candidate.reason}`);
  return context.skip();
}

function missing(reason: string): { found: false; reason: string } {
  return { found: false, reason };
}

function dependencyVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return manifest.dependencies[name] ?? "?";
}

function executable(file: string): string | undefined {
  return existsSync(file) ? file : undefined;
}

function onPath(command: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((file) => existsSync(file));
}

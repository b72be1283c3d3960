/** Finds the tools of the engine tests. A missing tool is reported in one line, and its tests count as skipped. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** A tool, or the reason why this machine does not have it. */
export type Found<Tool> = { found: true; tool: Tool } | { found: false; reason: string };

/** A Pulumi engine with the AWS plugin. */
export interface Toolchain {
  pulumi: string;
  home: string;
}

/** A Python that can run ministack. Its dependency botocore contains the services' published models. */
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

/**
 * The engine in PULUMI_HOME, in `.pulumi-home` (installed by `../shared/toolchain`) or in ~/.pulumi; if these have only
 * plugins, the one on the PATH.
 */
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

/** Installs the engine if there is an installer; returns the error if that fails. */
function install(home: string): string | undefined {
  const installer = resolve(repository, "../shared/toolchain/install.sh");
  if (!existsSync(installer)) return undefined;
  // Also when it is installed, which the installer detects at once: of the test files that start together one installs,
  // and the others wait for it instead of using a half unpacked engine.
  const { status, stderr, error } = spawnSync("flock", [repository, installer, home], { encoding: "utf8" });
  return status === 0 ? undefined : `${installer} failed: ${(stderr || String(error)).trim()}`;
}

/** The AWS emulator: ministack in the repository's `.venv`, else in the python3 on the PATH. */
export function findEmulator(): Found<EmulatorTool> {
  // A python3 may be a shim that depends on the current folder: use the interpreter that it resolves to.
  const code =
    "import ministack, botocore, os, sys; print(sys.executable, os.path.join(os.path.dirname(botocore.__file__), 'data'), sep='\\n')";
  for (const python of [executable(join(repository, ".venv/bin/python")), onPath("python3")]) {
    if (!python) continue;
    const result = spawnSync(python, ["-c", code], { encoding: "utf8" });
    const [executable, serviceModels] = result.stdout.trim().split("\n");
    if (result.status === 0 && executable && serviceModels)
      return { found: true, tool: { python: executable, serviceModels } };
  }
  return missing(
    "no AWS emulator on this machine: pip install ministack==1.5.33 cbor2 docker (in .venv, or for python3)",
  );
}

/** The Docker engine, if it answers. */
export function findDocker(): Found<DockerTool> {
  const result = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (result.status === 0) return { found: true, tool: { version: result.stdout.trim() } };
  return missing(
    `no Docker engine on this machine: ${(result.stderr || String(result.error ?? "no answer")).trim().split("\n")[0] ?? ""}`,
  );
}

/** The image registry, which gives images their digests. */
export function findRegistry(): Found<{ command: string }> {
  const result = spawnSync("docker-registry", ["--version"], { encoding: "utf8" });
  if (result.status === 0) return { found: true, tool: { command: "docker-registry" } };
  return missing("no image registry on this machine: apt-get install docker-registry");
}

/** A Python 3, for programs of the images. */
export function findPython(): Found<{ command: string }> {
  const command = onPath("python3");
  return command === undefined ? missing("no python3 on this machine") : { found: true, tool: { command } };
}

/** Returns the tool, or skips the mocha suite or test and prints the reason in one line. Call it in `before`. */
export function needs<Tool>(context: Mocha.Context, candidate: Found<Tool>): Tool {
  if (candidate.found) return candidate.tool;
  // Files that run in parallel are reported when they end, so the line has to name its suite.
  const suite = context.runnable().parent?.fullTitle() ?? "";
  console.log(`      skipped: ${suite}: ${candidate.reason}`);
  return context.skip();
}

function missing(reason: string): { found: false; reason: string } {
  return { found: false, reason };
}

function dependencyVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return manifest.devDependencies[name] ?? "?";
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

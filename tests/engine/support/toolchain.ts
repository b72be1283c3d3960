/** Which tools of the engine tests this machine has. What is missing is told in one line and its tests count as skipped. */
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

/** The engine: one on the PATH, one in PULUMI_HOME, or the one that `../shared/toolchain` installs into `.pulumi-home`. */
export function findToolchain(): Found<Toolchain> {
  const aws = `resource-aws-v${dependencyVersion("@pulumi/aws")}`;
  const homes = [process.env.PULUMI_HOME, join(repository, ".pulumi-home"), join(homedir(), ".pulumi")];
  const complete = (home: string) => existsSync(join(home, "plugins", aws));
  for (const home of homes) {
    const pulumi = home && (executable(join(home, "bin", "pulumi")) ?? onPath("pulumi"));
    if (home && pulumi && complete(home)) return { found: true, tool: { pulumi, home } };
  }
  const installer = resolve(repository, "../shared/toolchain/install.sh");
  if (!existsSync(installer)) return missing(`no Pulumi engine on this machine: none with the plugin ${aws} in PULUMI_HOME or ~/.pulumi`);
  const home = join(repository, ".pulumi-home");
  const installed = spawnSync(installer, [home], { encoding: "utf8" });
  if (installed.status === 0 && complete(home)) return { found: true, tool: { pulumi: join(home, "bin", "pulumi"), home } };
  return missing(`no Pulumi engine on this machine: ${installer} failed: ${(installed.stderr || String(installed.error)).trim()}`);
}

/** The AWS emulator: ministack in the repository's `.venv`, else in the python3 on the PATH. */
export function findEmulator(): Found<EmulatorTool> {
  // A python3 may be a shim that chooses by the current folder: take the interpreter that it stands for.
  const code = "import ministack, botocore, os, sys; print(sys.executable, os.path.join(os.path.dirname(botocore.__file__), 'data'), sep='\\n')";
  for (const python of [executable(join(repository, ".venv/bin/python")), onPath("python3")]) {
    if (!python) continue;
    const asked = spawnSync(python, ["-c", code], { encoding: "utf8" });
    const [executable, serviceModels] = asked.stdout.trim().split("\n");
    if (asked.status === 0 && executable && serviceModels) return { found: true, tool: { python: executable, serviceModels } };
  }
  return missing("no AWS emulator on this machine: pip install ministack==1.5.33 cbor2 docker (in .venv, or for python3)");
}

/** The Docker engine. */
export function findDocker(): Found<DockerTool> {
  const asked = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], { encoding: "utf8", timeout: 10_000 });
  if (asked.status === 0) return { found: true, tool: { version: asked.stdout.trim() } };
  return missing(`no Docker engine on this machine: ${(asked.stderr || String(asked.error ?? "no answer")).trim().split("\n")[0] ?? ""}`);
}

/** The image registry, without which an image has no digest. */
export function findRegistry(): Found<{ command: string }> {
  const asked = spawnSync("docker-registry", ["--version"], { encoding: "utf8" });
  if (asked.status === 0) return { found: true, tool: { command: "docker-registry" } };
  return missing("no image registry on this machine: apt-get install docker-registry");
}

/** The tool; or skips the mocha suite or test (never passes it) and says why in one line. Call it in `before`. */
export function needs<Tool>(context: Mocha.Context, candidate: Found<Tool>): Tool {
  if (candidate.found) return candidate.tool;
  console.log(`      skipped: ${candidate.reason}`);
  return context.skip();
}

function missing(reason: string): { found: false; reason: string } {
  return { found: false, reason };
}

function dependencyVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  return manifest.dependencies[name] ?? "?";
}

function executable(file: string): string | undefined {
  return existsSync(file) ? file : undefined;
}

function onPath(command: string): string | undefined {
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, command)).find((file) => existsSync(file));
}

/** A machine in a container: runs Ansible in its root, and boots the result with systemd. */
import { existsSync } from "node:fs";
import { docker, run, until } from "../../engine/traffic/process";
import { images, packageCache, tomcatMirror } from "./materials";

/** The counts and the output of a playbook's run. */
export interface PlaybookRun {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly text: string;
}

/** Starts an idle container with the tree at /images and the downloads at /maven. */
export async function startRoot(image: string): Promise<string> {
  return docker(
    "run",
    "--detach",
    "--init",
    "--volume",
    `${images}:/images:ro`,
    "--volume",
    `${await tomcatMirror()}:/maven:ro`,
    "--volume",
    `${await packageCache()}:/var/cache/apt/archives`,
    image,
    "sleep",
    "infinity",
  );
}

/** Runs a shell script in a container, as root. */
export function shell(container: string, script: string): Promise<string> {
  return run("docker", ["exec", "--interactive", container, "sh", "-eu"], script);
}

/**
 * The beginning of a shell script that installs packages: it waits for its turn. Containers share the cache of packages, of
 * other runs of these tests too, and apt fails at once where another apt has locked it.
 */
export const takeTurn = "exec 9> /var/cache/apt/archives/turn; flock 9";

/** Runs the playbook as a cloud's image builder does: in the container, as root, on localhost. */
export async function play(container: string, variables: Readonly<Record<string, string>>): Promise<PlaybookRun> {
  const all = { runtime_maven_central: "file:///maven", ...variables };
  // Ansible reports failures on standard output.
  const text = await shell(
    container,
    `${takeTurn}; cd /images/ansible; ansible-playbook site.yml --extra-vars '${JSON.stringify(all)}' 2>&1 || true`,
  );
  const [, ok, changed, , failed] = /ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/.exec(text) ?? [];
  if (failed !== "0") throw new Error(text.slice(-4_000));
  return { ok: Number(ok), changed: Number(changed), failed: Number(failed), text };
}

/** Boots an image with systemd; undefined if the Docker engine does not allow that. */
export async function boot(image: string): Promise<string | undefined> {
  // With control groups version 1 on the host, systemd needs write access to its own.
  const cgroupV1 = "/sys/fs/cgroup/systemd";
  const groups = existsSync(cgroupV1)
    ? ["--cgroupns", "host", "--volume", `${cgroupV1}:${cgroupV1}`]
    : ["--cgroupns", "private", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"];
  const container = await docker(
    "run",
    "--detach",
    "--cap-add",
    "SYS_ADMIN",
    "--security-opt",
    "seccomp=unconfined",
    "--security-opt",
    "apparmor=unconfined",
    "--tmpfs",
    "/run",
    "--tmpfs",
    "/run/lock",
    "--tmpfs",
    "/tmp",
    "--env",
    "container=docker",
    ...groups,
    image,
    "/sbin/init",
  );
  const state = () =>
    docker("exec", container, "systemctl", "is-system-running").catch((error: unknown) => String(error));
  try {
    await until("systemd", 20_000, async () => /^(running|degraded)/.test(await state()));
    return container;
  } catch {
    await docker("rm", "--force", container);
    return undefined;
  }
}

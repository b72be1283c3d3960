/** The root of a machine in a container: Ansible runs there, and what comes of it boots with systemd. */
import { existsSync } from "node:fs";
import { docker, run, until } from "../../engine/traffic/process";
import { images, packageCache, tomcatMirror } from "./materials";

/** What a playbook's run did. */
export interface Played {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly text: string;
}

/** Starts a container in which nothing runs, with the tree at /images and the downloads at /maven. */
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

/** Runs the playbook in a container as a cloud's image builder does: there, as root, on itself. */
export async function play(container: string, variables: Readonly<Record<string, string>>): Promise<Played> {
  const all = { runtime_maven_central: "file:///maven", ...variables };
  // Ansible reports failures on standard output.
  const text = await shell(
    container,
    `cd /images/ansible; ansible-playbook site.yml --extra-vars '${JSON.stringify(all)}' 2>&1 || true`,
  );
  const [, ok, changed, , failed] = /ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/.exec(text) ?? [];
  if (failed !== "0") throw new Error(text.slice(-4_000));
  return { ok: Number(ok), changed: Number(changed), failed: Number(failed), text };
}

/** Boots an image with systemd; undefined where an engine does not let a container do that. */
export async function boot(image: string): Promise<string | undefined> {
  // Where the host still has the first version of control groups, systemd needs its own of them to be writable.
  const old = "/sys/fs/cgroup/systemd";
  const groups = existsSync(old)
    ? ["--cgroupns", "host", "--volume", `${old}:${old}`]
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

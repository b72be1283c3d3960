/**
 * Runs a bake's script for real in a temporary folder; the programs that would change the system are replaced by fakes.
 */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** How a script ended, and what it left behind. */
export interface ScriptRun {
  readonly exitCode: number;
  readonly output: string;
  /**
   * The calls of the fake programs with their arguments; for the playbook also the artifact's hash and the variables.
   */
  readonly calls: readonly string[];
  /** Whether the script removed its own file, and with it the signed address in it. */
  readonly forgot: boolean;
}

/** Runs a script to its end. `fails` names the fake that fails; `env` may point the download to the test's server. */
export async function runScript(
  script: string,
  { fails = "", env = {} }: { fails?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<ScriptRun> {
  const folder = mkdtempSync(join(tmpdir(), "scripted-machine-"));
  try {
    const tools = join(folder, "bin");
    const calls = join(folder, "calls");
    mkdirSync(tools);
    writeFileSync(calls, "");
    const fake = (name: string, more = "") => {
      writeFileSync(
        join(tools, name),
        `#!/bin/sh\necho "${name} $*" >> ${calls}\n${more}${name === fails ? `echo "${name} is broken"; exit 7\n` : ""}`,
      );
      chmodSync(join(tools, name), 0o755);
    };
    for (const name of ["apt-get", "cloud-init", "sync"]) fake(name);
    fake(
      "ansible-playbook",
      `cat ansible.cfg site.yml roles/app/tasks/main.yml ../container/base/conf/server.xml > /dev/null || exit 9\nsha256sum < ../app/target/bookstore.war >> ${calls}\ncat ../arguments.json >> ${calls}\necho >> ${calls}\n`,
    );
    const file = join(folder, "command.sh");
    writeFileSync(file, script);
    const child = spawn("sh", [file], {
      cwd: folder,
      env: { ...process.env, ...env, TMPDIR: folder, PATH: [tools, process.env.PATH].join(delimiter) },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const exitCode = await new Promise<number>((resolve, reject) =>
      child.on("error", reject).on("close", (code) => {
        resolve(code ?? -1);
      }),
    );
    return { exitCode, output, calls: readFileSync(calls, "utf8").trim().split("\n"), forgot: !existsSync(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

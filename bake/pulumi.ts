import { spawn } from "node:child_process";
import { PlanFailure } from "../plan/failure";
import type { StateResource } from "./targets";

/** The `pulumi` on the PATH, in a project's folder. */
export class Pulumi {
  constructor(
    private readonly folder: string,
    private readonly stack: string,
  ) {}

  /** The resources in the stack's state; none for one that was never updated. Throws a PlanFailure for a stack that is not there. */
  async state(): Promise<readonly StateResource[]> {
    const { code, stdout, stderr } = await this.run(
      ["stack", "export", "--stack", this.stack, "--non-interactive"],
      ["ignore", "pipe", "pipe"],
    );
    if (code !== 0)
      throw new PlanFailure(
        `pulumi cannot tell the state of stack "${this.stack}" (pulumi stack init ${this.stack} makes one that is not there):\n  ${stderr.trim()}`,
      );
    const { deployment } = JSON.parse(stdout) as { deployment?: { resources?: StateResource[] } };
    return deployment?.resources ?? [];
  }

  /** Previews or brings up these URNs. What pulumi says goes to this process's own standard output or error. Gives pulumi's exit code. */
  async bringUp(
    targets: readonly string[],
    {
      mode,
      configFile,
      output,
    }: { mode: "ask" | "yes" | "preview"; configFile: string | undefined; output: "stdout" | "stderr" },
  ): Promise<number> {
    const args = [
      ...(mode === "preview" ? ["preview"] : mode === "yes" ? ["up", "--yes"] : ["up"]),
      ...["--stack", this.stack],
      ...(configFile === undefined ? [] : ["--config-file", configFile]),
      ...targets.flatMap((urn) => ["--target", urn]),
    ];
    const { code } = await this.run(args, ["inherit", output === "stdout" ? 1 : 2, "inherit"]);
    return code;
  }

  private run(
    args: readonly string[],
    stdio: ("ignore" | "inherit" | "pipe" | number)[],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
      // No shell: URNs have characters that one would take for its own.
      const child = spawn("pulumi", args, { cwd: this.folder, stdio });
      const said = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const)
        child[stream]?.setEncoding("utf8").on("data", (text: string) => (said[stream] += text));
      // A Ctrl-C reaches pulumi too, which ends in its own time; this process waits for it.
      const stay = () => undefined;
      process.on("SIGINT", stay);
      child.on("error", (error: NodeJS.ErrnoException) => {
        process.off("SIGINT", stay);
        reject(
          error.code === "ENOENT"
            ? new PlanFailure(
                "there is no pulumi on the PATH: https://www.pulumi.com/docs/install/ tells how to install it",
              )
            : error,
        );
      });
      child.on("close", (code) => {
        process.off("SIGINT", stay);
        resolve({ code: code ?? 1, ...said });
      });
    });
  }
}

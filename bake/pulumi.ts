import { spawn } from "node:child_process";
import { PlanFailure } from "../plan/failure";
import type { Options } from "./arguments";
import type { StateResource } from "./targets";

/** The `pulumi` on the PATH, in a project's folder. */
export class Pulumi {
  constructor(
    private readonly folder: string,
    private readonly stack: string,
  ) {}

  /** The resources in the stack's state; none before its first update. Throws a PlanFailure for an unknown stack. */
  async state(): Promise<readonly StateResource[]> {
    const { code, stdout, stderr } = await this.spawn(
      ["stack", "export", "--stack", this.stack, "--non-interactive"],
      ["ignore", "pipe", "pipe"],
    );
    if (code !== 0)
      throw new PlanFailure(
        `pulumi cannot read the state of stack "${this.stack}" ` +
          `(pulumi stack init ${this.stack} creates a new stack):\n  ${stderr.trim()}`,
      );
    const { deployment } = JSON.parse(stdout) as { deployment?: { resources?: StateResource[] } };
    return deployment?.resources ?? [];
  }

  /**
   * Previews or updates these URNs, printing to this process's standard output or error. Returns pulumi's exit code.
   */
  async run(
    targets: readonly string[],
    { mode, configFile, output }: Pick<Options, "mode" | "configFile"> & { readonly output: "stdout" | "stderr" },
  ): Promise<number> {
    const args = [
      ...(mode === "preview" ? ["preview"] : mode === "yes" ? ["up", "--yes"] : ["up"]),
      ...["--stack", this.stack],
      ...(configFile === undefined ? [] : ["--config-file", configFile]),
      ...targets.flatMap((urn) => ["--target", urn]),
    ];
    const { code } = await this.spawn(args, ["inherit", output === "stdout" ? 1 : 2, "inherit"]);
    return code;
  }

  private spawn(
    args: readonly string[],
    stdio: ("ignore" | "inherit" | "pipe" | number)[],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
      // Without a shell, which would interpret characters of URNs.
      const child = spawn("pulumi", args, { cwd: this.folder, stdio });
      const printed = { stdout: "", stderr: "" };
      for (const stream of ["stdout", "stderr"] as const)
        child[stream]?.setEncoding("utf8").on("data", (text: string) => (printed[stream] += text));
      // Ctrl-C reaches pulumi too. This process waits until pulumi has ended.
      const ignore = () => undefined;
      process.on("SIGINT", ignore);
      child.on("error", (error: NodeJS.ErrnoException) => {
        process.off("SIGINT", ignore);
        reject(
          error.code === "ENOENT"
            ? new PlanFailure("there is no pulumi on the PATH; see https://www.pulumi.com/docs/install/")
            : error,
        );
      });
      child.on("close", (code) => {
        process.off("SIGINT", ignore);
        resolve({ code: code ?? 1, ...printed });
      });
    });
  }
}

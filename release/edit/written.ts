import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type FileEdit, type Place, inFolder } from "./stack-file";

/** Writes an edited stack file, and returns what has changed in it as a diff. */
export async function write({ root }: Place, edit: FileEdit): Promise<string> {
  const diff = await diffOf(edit);
  await writeFile(resolve(root, edit.file), edit.after);
  return diff;
}

/** The difference as git shows it. */
function diffOf({ file, before, after }: FileEdit): Promise<string> {
  return inFolder(async (folder) => {
    const name = basename(file);
    for (const [side, text] of Object.entries({ a: before, b: after })) {
      await mkdir(join(folder, side));
      await writeFile(join(folder, side, name), text);
    }
    const args = ["diff", "--no-index", "--no-color", "--no-ext-diff", "--no-prefix", `a/${name}`, `b/${name}`];
    // git ends with 1 where the two differ.
    return new Promise((done) => {
      execFile("git", args, { cwd: folder }, (_, stdout) => {
        done(stdout.slice(stdout.indexOf("--- ")));
      });
    });
  });
}

/** Runs `pulumi up` in the terminal, and returns its exit status. What it prints goes to `output`. */
export function pulumiUp(
  { root, stack, configFile }: Place,
  { yes, output }: { yes: boolean; output: "inherit" | 2 },
): Promise<number> {
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const args = ["up", "--stack", stack, ...file, ...(yes ? ["--yes"] : [])];
  return new Promise((done, failed) => {
    spawn("pulumi", args, { cwd: root, stdio: ["inherit", output, "inherit"] })
      .on("error", failed)
      .on("close", (code) => {
        done(code ?? 1);
      });
  });
}

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PlanFailure } from "./failure";

/*
 * What the plan asks git for: where the project is in its repository, what has changed since a commit, a commit's
 * files.
 */

const execute = promisify(execFile);

/** The longest output of git that is read, in characters. */
const maxLength = 256 * 1024 * 1024;

/** Runs git in a folder and returns what it prints, without white space around it. Throws a PlanFailure if it fails. */
export async function git(
  folder: string,
  args: readonly string[],
  failure: string,
  env = process.env,
): Promise<string> {
  try {
    return (await execute("git", [...args], { cwd: folder, env, maxBuffer: maxLength })).stdout.trim();
  } catch (error) {
    const message = (error as { stderr?: string }).stderr?.trim() ?? "";
    throw new PlanFailure(message === "" ? failure : `${failure} (${message})`);
  }
}

/** The content of a file at a commit, by its path from `folder`; undefined if the commit has no such file. */
export function fileAt(folder: string, commit: string, path: string): Promise<string | undefined> {
  return execute("git", ["show", `${commit}:./${path}`], { cwd: folder, maxBuffer: maxLength }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}

/** Whether a commit has a file, by its path from `folder`. */
export function hasFile(folder: string, commit: string, path: string): Promise<boolean> {
  return execute("git", ["cat-file", "-e", `${commit}:./${path}`], { cwd: folder }).then(
    () => true,
    () => false,
  );
}

/** Where a folder is in its repository. */
export interface Place {
  /** The repository's top folder. */
  readonly top: string;
  /** The folder's path from there, with a slash at its end; empty for the top folder itself. */
  readonly prefix: string;
}

/** Where a folder is in its repository. Throws a PlanFailure where it is in none. */
export async function placeOf(folder: string, failure: string): Promise<Place> {
  const [top = "", prefix = ""] = (await git(folder, ["rev-parse", "--show-toplevel", "--show-prefix"], failure)).split(
    "\n",
  );
  return { top, prefix };
}

/** A commit's files that are not as they were then: their paths from the repository's top folder. */
export function changedFiles(folder: string, commit: string): Promise<string[]> {
  const args = ["diff", "--name-only", "-z", "--no-renames", commit];
  return paths(folder, args, `git cannot compare the files with commit ${commit}`);
}

/** The files that git does not track and does not ignore: their paths from the repository's top folder. */
export function addedFiles(folder: string): Promise<string[]> {
  const args = ["ls-files", "--others", "--exclude-standard", "-z", "--full-name", ":/"];
  return paths(folder, args, "git cannot list the files that it does not track");
}

/** The paths that git prints with a zero byte after each. */
async function paths(folder: string, args: readonly string[], failure: string): Promise<string[]> {
  return (await git(folder, args, failure)).split("\0").filter((path) => path !== "");
}

/**
 * An empty folder for a commit's files: the same each time, because tsx caches what it compiles by the path of the
 * file; another one while that is in use.
 */
export async function folderFor(commit: string): Promise<string> {
  const usual = join(tmpdir(), `plan-against-${commit}`);
  return mkdir(usual, { mode: 0o700 }).then(
    () => usual,
    () => mkdtemp(`${usual}-`),
  );
}

/**
 * Writes a commit's files into a folder. `top` is the repository's top folder. The index is a temporary one, so that
 * the user's does not change.
 */
export async function checkOut(top: string, commit: string, folder: string): Promise<void> {
  const env = { ...process.env, GIT_WORK_TREE: folder, GIT_INDEX_FILE: join(folder, ".index") };
  const args = ["read-tree", "--reset", "-u", "--no-sparse-checkout", "--no-recurse-submodules", commit];
  await git(top, args, `git cannot write the files of commit ${commit}`, env);
}

/** Gives a commit's files the packages of the project. */
export async function linkModules(root: string, tree: string): Promise<void> {
  const modules = "node_modules";
  await symlink(join(root, modules), join(tree, modules), "junction").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}

import { execFile } from "node:child_process";
import { constants, existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { type Changes, compare } from "./derive/changes";
import { type Plan, schema } from "./contract";
import { PlanFailure } from "./failure";
import type { PlanRequest } from "./plan";
import { readStackFile } from "./offline/stack-file";

const execute = promisify(execFile);

/** Characters of another tree's plan that are read at most. */
const longestPlan = 256 * 1024 * 1024;

/**
 * Plans the stack as it was at a git ref, with that tree's own plan, and returns what compares a plan with it. Only the
 * JSON that the other tree prints binds the two.
 */
export function planAgainst(request: PlanRequest, ref: string): Promise<(after: Plan) => Changes> {
  const comparing = compareWith(request, ref);
  // Whoever awaits it still sees the failure; until then it is not a failure of the program that runs meanwhile.
  comparing.catch(() => undefined);
  return comparing;
}

async function compareWith({ root, stack, configFile }: PlanRequest, ref: string): Promise<(after: Plan) => Changes> {
  const prefix = await git(
    root,
    ["rev-parse", "--show-prefix"],
    `cannot compare with "${ref}": ${root} is in no git repository, or git is missing`,
  );
  const commit = await git(
    root,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`],
    `there is no commit "${ref}" here; a shallow clone may need git fetch first`,
  );
  const folder = await mkdtemp(join(tmpdir(), "plan-against-"));
  try {
    await materialise(root, commit, folder);
    const tree = join(folder, prefix);
    await symlink(join(root, "node_modules"), join(tree, "node_modules"), "junction").catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
    const outside =
      configFile !== undefined &&
      (isAbsolute(configFile) || relative(root, resolve(root, configFile)).startsWith(".."));
    const written =
      configFile === undefined ? `Pulumi.${stack}.yaml` : outside ? resolve(root, configFile) : configFile;
    const notes = await notesOn(root, commit, ref, outside ? written : undefined);
    const from = { against: ref, commit };
    if (!existsSync(resolve(tree, written)))
      return (after) =>
        compare(undefined, after, {
          ...from,
          notes: [...notes, `${written} is not there at ${ref}: the whole stack is new.`],
        });
    notes.push(...(await lendArtifact(root, tree, stack, written)));
    const before = await planOf(tree, ref, [
      "--stack",
      stack,
      ...(configFile === undefined ? [] : ["--config-file", written]),
    ]);
    return (after) => compare(before, after, { ...from, notes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a commit's files into a folder, with an index of its own so that the user's stays as it is. */
async function materialise(root: string, commit: string, folder: string): Promise<void> {
  const top = await git(root, ["rev-parse", "--show-toplevel"], "git cannot tell where the repository is");
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, ".index") };
  await git(top, ["read-tree", commit], `git cannot read commit ${commit}`, env);
  await git(
    top,
    ["checkout-index", "--all", `--prefix=${folder}/`],
    `git cannot write the files of commit ${commit}`,
    env,
  );
}

async function notesOn(root: string, commit: string, ref: string, outside: string | undefined): Promise<string[]> {
  const sameLock = await execute("git", ["diff", "--quiet", commit, "--", "package-lock.json"], { cwd: root }).then(
    () => true,
    () => false,
  );
  return [
    ...(sameLock ? [] : [`package-lock.json differs from ${ref}: its plan was made with today's packages.`]),
    ...(outside === undefined ? [] : [`${outside} is outside of the project: both plans read it as it is now.`]),
  ];
}

/**
 * An artifact is built and not kept in git, so the other tree has none. It gets today's: what of the recipe git knows is
 * compared, and a note tells what is not.
 */
async function lendArtifact(root: string, tree: string, stack: string, stackFile: string): Promise<string[]> {
  const [before, now] = [artifactIn(tree, stack, stackFile), artifactIn(root, stack, stackFile)];
  if (before === undefined || existsSync(join(tree, before))) return [];
  const lent = [before, now].find((path) => path !== undefined && existsSync(join(root, path)));
  // Without one here either, today's plan says so.
  if (lent === undefined) return [];
  await mkdir(dirname(join(tree, before)), { recursive: true });
  await copyFile(join(root, lent), join(tree, before), constants.COPYFILE_FICLONE);
  return [`${before} is not in git: both plans take the one that is here now, so a change of it is not told.`];
}

/** The artifact that a tree's stack file bakes; undefined where it bakes none, or is wrong: the tree's own plan then says so. */
function artifactIn(tree: string, stack: string, stackFile: string): string | undefined {
  try {
    const service = JSON.parse(readStackFile(tree, stack, stackFile).values["immutable-service:service"] ?? "{}") as {
      image?: { build?: { artifact?: unknown } };
    };
    const artifact = service.image?.build?.artifact;
    // Nothing is written outside of the tree.
    return typeof artifact === "string" && !relative(tree, resolve(tree, artifact)).startsWith("..")
      ? artifact
      : undefined;
  } catch {
    return undefined;
  }
}

/** Runs another tree's plan the way that tree starts it. */
async function planOf(tree: string, ref: string, args: readonly string[]): Promise<Plan> {
  const manifest = JSON.parse(await readFile(join(tree, "package.json"), "utf8").catch(() => "{}")) as {
    scripts?: Record<string, string>;
  };
  if (manifest.scripts?.plan === undefined)
    throw new PlanFailure(`the tree at "${ref}" has no plan to compare with: its package.json has no script "plan"`);
  const { stdout, stderr } = await execute("npm", ["run", "--silent", "plan", "--", ...args, "--format", "json"], {
    cwd: tree,
    maxBuffer: longestPlan,
    shell: process.platform === "win32",
  }).catch((error: unknown) => {
    if (typeof error === "object" && error !== null && "stdout" in error && "stderr" in error)
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    throw error;
  });
  const told = parsed(stdout);
  if (isPlan(told)) return told;
  if (typeof told === "object" && told !== null && "schema" in told)
    throw new PlanFailure(
      `the plan at "${ref}" has schema ${String(told.schema)}, and this one reads schema ${schema}`,
    );
  throw new PlanFailure(`there is no plan at "${ref}" to compare with; its own says:\n${essence(stderr || stdout)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a failed process says, without its stack trace. */
function essence(output: string): string {
  const lines = output.trim().split("\n");
  const error = lines.find((line) => /^\s*\w*Error\b/.test(line));
  return (lines.some((line) => /^\s+at /.test(line)) && error ? [error.trim()] : lines)
    .map((line) => `  ${line}`)
    .join("\n");
}

function isPlan(told: unknown): told is Plan {
  return (
    typeof told === "object" &&
    told !== null &&
    "schema" in told &&
    told.schema === schema &&
    "services" in told &&
    "resources" in told
  );
}

async function git(folder: string, args: readonly string[], failure: string, env = process.env): Promise<string> {
  try {
    return (await execute("git", [...args], { cwd: folder, env, maxBuffer: longestPlan })).stdout.trim();
  } catch (error) {
    const told = (error as { stderr?: string }).stderr?.trim() ?? "";
    throw new PlanFailure(told === "" ? failure : `${failure} (${told})`);
  }
}

import { execFile } from "node:child_process";
import { constants, existsSync, readFileSync, rmSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { type Changes, type Plan, readableSchemas } from "./contract";
import { PlanFailure } from "./failure";
import { addedFiles, changedFiles, checkOut, fileAt, folderFor, git, hasFile, linkModules, placeOf } from "./git";
import { readStackFile } from "./offline/stack-file";
import type { PlanRequest } from "./plan";
import { onlyStackFiles, planAgain } from "./same-tree";

const execute = promisify(execFile);

/** The longest plan of another tree that is read, in characters. */
const maxPlanLength = 256 * 1024 * 1024;

/** A comparison with the plan of another tree. */
export interface Comparison {
  readonly before: Plan | undefined;
  readonly changesTo: (after: Plan) => Changes;
}

/** Returns the comparison. To be called once the stack's own plan is made. */
type Compare = () => Promise<Comparison>;

/**
 * Plans the stack as it was at a git ref, and returns the comparison with it. That tree's own plan makes the other one,
 * in another process, and only the JSON that it prints connects the two. That process runs when this function returns:
 * this one then loads the SDK, which blocks it for a while. Where only stack files have changed since, this process
 * plans both, one after the other.
 */
export async function planAgainst(request: PlanRequest, ref: string): Promise<Compare> {
  const { root, stack, configFile } = request;
  const { top, prefix } = await placeOf(
    root,
    `cannot compare with "${ref}": ${root} is not in a git repository, or git is not installed`,
  );
  const commit = await git(
    root,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`],
    `unknown commit "${ref}"; in a shallow clone, run git fetch first`,
  );
  const changed = await changedFiles(root, commit);
  const stackFile = stackFileIn(root, stack, configFile);
  const other: OtherTree = { ref, commit, top, prefix, changed, stackFile };
  const content = await stackFileOfSameTree(root, other);
  if (content === undefined) return startInTree(request, other);
  return async () => (await planHere(request, other, content)) ?? (await startInTree(request, other))();
}

/** The stack at a commit. */
interface OtherTree {
  readonly ref: string;
  readonly commit: string;
  /** The repository's top folder. */
  readonly top: string;
  /** The project's folder in the repository, with a slash at its end; empty for the repository's top folder. */
  readonly prefix: string;
  /** The commit's files that are not as they were, by their paths from the repository's top folder. */
  readonly changed: readonly string[];
  readonly stackFile: StackFilePath;
}

/** The stack file's content at the commit, if it has one and nothing but stack files has changed since. */
async function stackFileOfSameTree(
  root: string,
  { commit, prefix, changed, stackFile: { path, outside } }: OtherTree,
): Promise<string | undefined> {
  if (outside || !onlyStackFiles(changed, prefix, path)) return undefined;
  if (!onlyStackFiles(await addedFiles(root), prefix, path)) return undefined;
  return fileAt(root, commit, path);
}

/**
 * Plans the stack of the same tree with the commit's stack file; undefined where only the commit's own plan can do
 * that.
 */
async function planHere(
  request: PlanRequest,
  { ref, commit, stackFile }: OtherTree,
  content: string,
): Promise<Comparison | undefined> {
  const { root, stack } = request;
  const folder = await folderFor(commit);
  try {
    const copy = join(folder, basename(stackFile.path));
    await writeFile(copy, content);
    const artifact = artifactIn(root, stack, copy);
    const inGit = artifact !== undefined && (await hasFile(root, commit, artifact));
    if (artifact !== undefined && !inGit && !existsSync(join(root, artifact))) return undefined;
    const before = await planAgain({ ...request, configFile: copy });
    const notes = artifact === undefined || inGit ? [] : [artifactNote(artifact)];
    return before && (await comparison(before, { against: ref, commit, notes }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts the commit's own plan of the stack in another process. */
async function startInTree({ root, stack, configFile }: PlanRequest, other: OtherTree): Promise<Compare> {
  const { ref, commit, top, prefix, stackFile } = other;
  const from = { against: ref, commit };
  const folder = await folderFor(commit);
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  await checkOut(top, commit, folder);
  const tree = join(folder, prefix);
  await linkModules(root, tree);
  const notes = notesOn(other);
  if (!existsSync(resolve(tree, stackFile.path))) {
    notes.push(`${stackFile.path} does not exist at ${ref}: the whole stack is new.`);
    return () => comparison(undefined, { ...from, notes });
  }
  notes.push(...(await copyArtifact(root, tree, stack, stackFile.path)));
  const options = configFile === undefined ? [] : ["--config-file", stackFile.path];
  const before = planOf(tree, ref, ["--stack", stack, ...options]);
  // The caller sees the failure later; until then it must not count as an unhandled rejection.
  before.catch(() => undefined);
  return async () => comparison(await before, { ...from, notes });
}

/** Imports late what imports the SDK: the other tree's plan need not wait for it. */
async function comparison(
  before: Plan | undefined,
  from: Pick<Changes, "against" | "commit" | "notes">,
): Promise<Comparison> {
  const [{ compare }, { withoutCredentials }] = await Promise.all([
    import("./derive/changes"),
    import("./credentials"),
  ]);
  // A plan of an earlier version of this project has the values themselves.
  const masked = withoutCredentials(before);
  return { before: masked, changesTo: (after) => compare(masked, after, from) };
}

/** A stack file: its path, relative to the project's folder unless it is outside of it. */
interface StackFilePath {
  readonly path: string;
  readonly outside: boolean;
}

function stackFileIn(root: string, stack: string, configFile: string | undefined): StackFilePath {
  if (configFile === undefined) return { path: `Pulumi.${stack}.yaml`, outside: false };
  const outside = isAbsolute(configFile) || relative(root, resolve(root, configFile)).startsWith("..");
  return { path: outside ? resolve(root, configFile) : configFile, outside };
}

function notesOn({ ref, prefix, changed, stackFile }: OtherTree): string[] {
  const otherLock = changed.includes(`${prefix}package-lock.json`);
  return [
    ...(otherLock
      ? [`package-lock.json differs from ${ref}: both plans use the packages that are installed now.`]
      : []),
    ...(stackFile.outside ? [`${stackFile.path} is outside of the project: both plans read its current content.`] : []),
  ];
}

/**
 * An artifact is built and not in git, so the other tree has none. It gets a copy of the current one: the rest of the
 * recipe is compared, and a note says that the artifact is not.
 */
async function copyArtifact(root: string, tree: string, stack: string, stackFile: string): Promise<string[]> {
  const [before, now] = [artifactIn(tree, stack, stackFile), artifactIn(root, stack, stackFile)];
  if (before === undefined || existsSync(join(tree, before))) return [];
  const source = [before, now].find((path) => path !== undefined && existsSync(join(root, path)));
  // Without a current one, the plan of the working tree reports it.
  if (source === undefined) return [];
  await mkdir(dirname(join(tree, before)), { recursive: true });
  await copyFile(join(root, source), join(tree, before), constants.COPYFILE_FICLONE);
  return [artifactNote(before)];
}

function artifactNote(artifact: string): string {
  return `${artifact} is not in git: both plans use the current file, so a change of it does not show.`;
}

/**
 * The artifact in a tree's stack file; undefined without one, or for an invalid one, which that tree's plan reports.
 */
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

/** Runs another tree's plan by that tree's own script. */
async function planOf(tree: string, ref: string, args: readonly string[]): Promise<Plan> {
  const script = planScriptOf(tree);
  if (script === undefined)
    throw new PlanFailure(`the tree at "${ref}" has no plan to compare with: its package.json has no script "plan"`);
  const { stdout, stderr } = await runScript(tree, script, [...args, "--format", "json"]).catch((error: unknown) => {
    if (typeof error === "object" && error !== null && "stdout" in error && "stderr" in error)
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    throw error;
  });
  const printed = parsed(stdout);
  if (isPlan(printed)) return printed;
  if (typeof printed === "object" && printed !== null && "schema" in printed)
    throw new PlanFailure(
      `the plan at "${ref}" has schema ${String(printed.schema)}, but this one reads ${readableSchemas.join(" and ")}`,
    );
  throw new PlanFailure(`there is no plan at "${ref}" to compare with:\n${errorSummary(stderr || stdout)}`);
}

/** The script `plan` of a tree's package.json; undefined without one. */
function planScriptOf(tree: string): string | undefined {
  const path = join(tree, "package.json");
  const { scripts } = JSON.parse(existsSync(path) ? readFileSync(path, "utf8") : "{}") as {
    scripts?: Record<string, string>;
  };
  return scripts?.plan;
}

/**
 * Keeps tsx from turning on source maps, which take a tenth of a plan's computing: of a plan that fails, only the
 * message is printed.
 */
const withoutSourceMaps = "data:text/javascript,process.setSourceMapsEnabled=()=>undefined";

/** Runs a tree's script `plan`. If it runs Node.js, so does this, without npm's own start. */
function runScript(cwd: string, script: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const options = { cwd, maxBuffer: maxPlanLength };
  const [program, ...words] = script.split(" ");
  const running =
    program === "node" && words.every((word) => /^[\w./-]+$/.test(word))
      ? execute(process.execPath, ["--import", withoutSourceMaps, ...words, ...args], options)
      : execute("npm", ["run", "--silent", "plan", "--", ...args], { ...options, shell: process.platform === "win32" });
  // Where this process fails, nothing needs the other plan.
  process.once("exit", () => running.child.kill());
  return running;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A failed process's output without its stack trace. */
function errorSummary(output: string): string {
  const lines = output.trim().split("\n");
  const error = lines.find((line) => /^\s*\w*Error\b/.test(line));
  return (lines.some((line) => /^\s+at /.test(line)) && error ? [error.trim()] : lines)
    .map((line) => `  ${line}`)
    .join("\n");
}

function isPlan(printed: unknown): printed is Plan {
  return (
    typeof printed === "object" &&
    printed !== null &&
    "schema" in printed &&
    readableSchemas.includes(printed.schema) &&
    "services" in printed &&
    "resources" in printed
  );
}

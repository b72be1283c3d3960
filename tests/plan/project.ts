import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Changes } from "../../plan/contract";
import { compiledSources } from "../support/compiled";

const repository = resolve(__dirname, "../..");

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The stack file that the tests change a little. */
export const stackFile = `config:
  aws:region: us-east-1
  immutable-service:cloud: aws
  immutable-service:service:
    name: bookstore
    version: 1.4.2
    compute: container
    image: registry.example.com/bookstore@sha256:${"a".repeat(64)}
    size: {cpu: 0.5, memoryGiB: 1}
    instances: {min: 2, max: 6}
    environment: {CATALOGUE: spring}
    files: {}
    logs: {retentionDays: 30}
    scaling:
      - {metric: cpu, target: 60}
      - {schedule: "0 8 * * MON-FRI", timezone: Asia/Shanghai, min: 4, max: 12}
`;

const debian = `docker.io/library/debian@sha256:${"d".repeat(64)}`;

/** The same, with an image that the stack bakes of a file that is not in git. */
export const bakingStackFile = stackFile.replace(
  /image: .*/,
  `image: {build: {from: "${debian}", artifact: build/app.war, arguments: {MAVEN_CENTRAL: "https://maven.example.com"}}}`,
);

/** How a project's commands run. */
interface ProjectOptions {
  /** With tsx, as a user's command does. @default false: compiled, for half the computing */
  readonly sources?: boolean;
}

/**
 * A copy of the project in a folder of its own, in which a test may change whatever it likes. command.test.ts,
 * sdk.test.ts, cost.test.ts and a test in against.test.ts run its commands as users do, the others compiled.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "plan-test-"));
  /** The arguments of Node.js that have it run TypeScript. */
  readonly typescript: readonly string[];

  constructor({ sources = false }: ProjectOptions = {}) {
    this.typescript = sources ? ["--import", "tsx"] : compiledSources();
    for (const part of [
      "bake",
      "components",
      "images",
      "plan",
      "index.ts",
      "package.json",
      "Pulumi.yaml",
      "tsconfig.json",
    ]) {
      // What Maven has built here is as good as not there.
      cpSync(join(repository, part), join(this.folder, part), {
        recursive: true,
        filter: (source) => source !== join(repository, "images/app/target"),
      });
    }
    symlinkSync(join(repository, "node_modules"), join(this.folder, "node_modules"));
    // A plan against a commit runs the script of that commit.
    const manifest = readFileSync(join(this.folder, "package.json"), "utf8");
    this.write("package.json", manifest.replaceAll("--import tsx", this.typescript.join(" ")));
    this.write("Pulumi.dev.yaml", stackFile);
    this.write(".gitignore", "node_modules\nbuild\n");
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** Commits every file and returns the commit. */
  commit(): string {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
        cwd: this.folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message", "a commit");
    return git("rev-parse", "HEAD");
  }

  /** Runs the plan's command in this project. */
  plan(...args: string[]): Promise<Outcome> {
    return this.planWith({}, ...args);
  }

  /** The same with environment variables of its own. */
  planWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
    return this.run("plan/main.ts", env, args);
  }

  /** What the plan says that changes against a commit if the stack file has this text. */
  async changesAgainst(commit: string, text: string): Promise<Changes> {
    this.write("Pulumi.dev.yaml", text);
    const { code, stdout, stderr } = await this.plan("--against", commit, "--format", "json");
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { changes: Changes }).changes;
  }

  /** Runs the command that bakes the image. */
  bake(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
    return this.run("bake/main.ts", env, args);
  }

  private run(main: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Outcome> {
    return new Promise((done) => {
      execFile(
        process.execPath,
        [...this.typescript, main, ...args],
        { cwd: this.folder, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
        },
      );
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A copy of the project for the calling suite, which is removed after it, and its first commit. */
export function committedProject(options?: ProjectOptions): { readonly project: Project; readonly commit: string } {
  let made: { readonly project: Project; readonly commit: string } | undefined;
  const ready = () => made ?? assert.fail("the suite has not begun");
  before(() => {
    const project = new Project(options);
    made = { project, commit: project.commit() };
  });
  after(() => {
    made?.project.remove();
  });
  return {
    get project() {
      return ready().project;
    },
    get commit() {
      return ready().commit;
    },
  };
}

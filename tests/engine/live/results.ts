/**
 * Results of long runs, one line per row in an ignored file. A row that has passed with the same files is not run
 * again, so a run goes on where it stopped. The hash of the files also chooses the rows of a sample: one commit always
 * gets the same ones.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CloudName } from "../../../components/spec";
import { cloudNames } from "../../../components/stack-file/per-cloud";
import { repository } from "../support/toolchain";

/** The outcome of one row. */
export interface RowResult {
  /** Its name, such as `aws-container release 7`. */
  readonly row: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What was seen: counts, or the error. */
  readonly detail: string;
}

interface WrittenResult extends RowResult {
  readonly files: string;
  readonly commit: string;
}

/** The hash of every file of the repository that is not ignored, as the working tree has it. */
export function filesHash(): string {
  const files = git("ls-files", "--cached", "--others", "--exclude-standard").split("\n").filter(isSource).sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(repository, file);
    // A linked folder, such as node_modules of another copy, is no file.
    if (statSync(path, { throwIfNoEntry: false })?.isFile())
      hash.update(file).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

/** The results of one kind of run, such as `kills`. */
export class Results {
  private readonly file: string;
  private readonly commit = git("rev-parse", "HEAD").trim();
  private readonly passed: ReadonlySet<string>;

  constructor(
    kind: string,
    private readonly files: string,
  ) {
    this.file = join(repository, ".test-results", `${kind}.jsonl`);
    const lines = existsSync(this.file) ? readFileSync(this.file, "utf8").split("\n") : [];
    const written = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as WrittenResult);
    this.passed = new Set(written.filter((one) => one.ok && one.files === files).map(({ row }) => row));
  }

  /** Whether the row has passed with these files. */
  hasPassed(row: string): boolean {
    return this.passed.has(row);
  }

  /** Writes a result. */
  add(result: RowResult): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const written: WrittenResult = { ...result, files: this.files, commit: this.commit };
    appendFileSync(this.file, `${JSON.stringify(written)}\n`);
  }
}

/** `count` different numbers from 0 to `of` - 1, chosen by a seed and a name. */
export function sample(seed: string, name: string, of: number, count: number): number[] {
  const order = Array.from({ length: of }, (_, index) => ({
    index,
    key: createHash("sha256").update(`${seed} ${name} ${index}`).digest("hex"),
  }));
  return order
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

/** The cloud that a seed chooses for a sample. */
export function sampledCloud(seed: string, name: string): CloudName {
  const [index = 0] = sample(seed, name, cloudNames.length, 1);
  return cloudNames[index] ?? cloudNames[0];
}

/** Files that a test's outcome can depend on. */
function isSource(file: string): boolean {
  return file !== "" && !/\.md$/.test(file);
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: repository, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

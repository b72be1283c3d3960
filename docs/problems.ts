import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { problemCodes } from "../components/stack-file/problem-codes";

/** Writes docs/problems.md from the codes of the problems. */

const problemsFile = join(__dirname, "problems.md");

/** The document as it should be. */
export function renderProblems(): string {
  return `# Problems of a stack file

<!-- Written by \`npm run docs\` from components/stack-file/problem-codes.ts; change it there. -->

\`npm run -s plan -- --format json\` prints the problems of an invalid stack file as \`{ "problems": [{ "code", "path", "message" }] }\`
and exits with status 1. A script compares the code: it keeps its meaning, while a message may change in any version. The path is the
place in the stack file, relative to \`immutable-service:service\` unless it begins with a configuration key or a file. The problem of an
unknown field also has \`known\`, the fields that exist in its place.

| Code | Meaning |
|---|---|
${Object.entries(problemCodes)
  .map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  .join("\n")}
`;
}

/** The document as it is. */
export function writtenProblems(): string {
  return readFileSync(problemsFile, "utf8");
}

if (require.main === module) writeFileSync(problemsFile, renderProblems());

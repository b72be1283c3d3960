/** Runs a command of the project on a stack of the tests, as its command line does. */
import { join } from "node:path";
import { compiledSources } from "../../support/compiled";
import { type CommandResult, startCommand } from "./processes";
import { repository } from "./toolchain";
import type { ServiceStack } from "./world";

/** The result of a program with these arguments, which prints JSON. `more` is what its environment has besides. */
export function runProgram(
  { run }: ServiceStack,
  [program, ...args]: readonly [program: string, ...args: string[]],
  more: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const options = [...args, "--json", "--stack", "test", "--config-file", run.file];
  const command = [...compiledSources(), join(repository, program), ...options];
  return startCommand(process.execPath, command, { cwd: repository, env: { ...run.env, ...more } }).ended;
}

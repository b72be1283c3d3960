/** Runs a command of the project on a stack of the tests, as its command line does. */
import { join } from "node:path";
import { compiledSources } from "../../support/compiled";
import { type CommandResult, type RunningCommand, startCommand } from "./processes";
import { repository } from "./toolchain";
import type { ServiceStack } from "./world";

/** A program and its arguments. */
type Program = readonly [program: string, ...args: string[]];

/** The result of a program, which prints JSON. `more` is what its environment has besides. */
export function runProgram(
  stack: ServiceStack,
  program: Program,
  more: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  return startProgram(stack, [...program, "--json"], more).ended;
}

/** Starts a program. `more` is what its environment has besides. */
export function startProgram(
  { run }: ServiceStack,
  [program, ...args]: Program,
  more: NodeJS.ProcessEnv = {},
): RunningCommand {
  const options = [...args, "--stack", "test", "--config-file", run.file];
  const command = [...compiledSources(), join(repository, program), ...options];
  return startCommand(process.execPath, command, { cwd: repository, env: { ...run.env, ...more } });
}

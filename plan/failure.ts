import type { Problem } from "../components/stack-file/problems";

/** An invalid command line. The message names the option; exit status 2. */
export class UsageError extends Error {}

/** Why there is no plan, in a message for the user; exit status 1. */
export class PlanFailure extends Error {
  /** One entry per problem; the path is empty for a problem that has no place in the stack file. */
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = [{ code: "failed", path: "", message }]) {
    super(message);
    this.name = "PlanFailure";
    this.problems = problems;
  }
}

/** Turns any thrown value into a failure. Invalid settings keep their problems, other errors their stack trace. */
export function asFailure(thrown: unknown): PlanFailure {
  if (thrown instanceof PlanFailure) return thrown;
  if (!(thrown instanceof Error)) return new PlanFailure(String(thrown));
  const problems = (thrown as { problems?: readonly Problem[] }).problems;
  // By name and not by class: a program in another tree has another copy of the class.
  if (thrown.name === "SettingsError" && Array.isArray(problems)) return new PlanFailure(thrown.message, problems);
  return new PlanFailure(thrown.stack ?? thrown.message, [{ code: "failed", path: "", message: thrown.message }]);
}

import type { Problem } from "../components/stack-file/problems";

/** Why there is no plan, in a message for the user; exit status 1. */
export class PlanFailure extends Error {
  /** One entry per thing that is wrong; the path is empty where it has no place in the stack file. */
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = [{ path: "", message }]) {
    super(message);
    this.name = "PlanFailure";
    this.problems = problems;
  }
}

/** Turns whatever was thrown into a failure. Bad settings keep their list of problems; anything else keeps its stack trace. */
export function asFailure(thrown: unknown): PlanFailure {
  if (thrown instanceof PlanFailure) return thrown;
  if (!(thrown instanceof Error)) return new PlanFailure(String(thrown));
  const problems = (thrown as { problems?: readonly Problem[] }).problems;
  // By name and not by class: a program in another tree brings its own copy of the class.
  if (thrown.name === "SettingsError" && Array.isArray(problems)) return new PlanFailure(thrown.message, problems);
  return new PlanFailure(thrown.stack ?? thrown.message, [{ path: "", message: thrown.message }]);
}

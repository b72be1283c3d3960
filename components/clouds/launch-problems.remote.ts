/**
 * The reasons that a cloud gives for an instance that it could not start, each with what to do about it where the reason
 * does not say so itself.
 */
export type LaunchProblems = readonly (readonly [reason: RegExp, advice: string])[];

/** A reason, with the advice of the first problem that it matches; as it is where it matches none. */
export function withAdvice(reason: string, problems: LaunchProblems): string {
  const found = problems.find(([pattern]) => pattern.test(reason));
  return found === undefined ? reason : `${reason} (${found[1]})`;
}

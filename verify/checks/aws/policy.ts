/** A statement of a resource's policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Condition?: object;
}

/** The statements of a policy: it may have one outside of a list. */
export function statementsOf(policy: string): readonly Statement[] {
  const { Statement: found = [] } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  return [found].flat();
}

/** Whether a policy allows something to every account without a condition. */
export function admitsEverybody(policy: string): boolean {
  return statementsOf(policy).some(
    ({ Effect, Principal, Condition = {} }) =>
      Effect === "Allow" && isEverybody(Principal) && Object.keys(Condition).length === 0,
  );
}

function isEverybody(principal: unknown): boolean {
  const { AWS: accounts = principal } = Object(principal) as { AWS?: unknown };
  return [accounts].flat().includes("*");
}

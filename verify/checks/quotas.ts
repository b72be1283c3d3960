import { type Verdict, failed, passed, unseen } from "../verdict";

/** A quota of the account, and what a release adds. */
export interface QuotaFacts {
  readonly name: string;
  /** The limit; undefined where the cloud does not say. */
  readonly limit: number | undefined;
  /** What is in use; undefined where the cloud does not say. */
  readonly used: number | undefined;
  /** What one more release needs. */
  readonly needs: number;
  /** The command or the page that raises it. */
  readonly raise: string;
}

/** Judges whether the quotas leave room for one more release. */
export function judgeQuotas(facts: readonly QuotaFacts[]): Verdict {
  const full = facts.filter(
    ({ limit, used, needs }) => limit !== undefined && used !== undefined && used + needs > limit,
  );
  if (full.length > 0)
    return failed(full.map(text).join("; "), full.map(({ name, raise }) => `${name}: ${raise}`).join("; "));
  const hidden = facts.filter(({ limit, used }) => limit === undefined || used === undefined);
  if (hidden.length > 0) return unseen(`${hidden.map(({ name }) => name).join(", ")}: not in the cloud's answers`);
  return facts.length === 0 ? unseen("the cloud's API has none of them") : passed(facts.map(text).join("; "));
}

function text({ name, limit = 0, used = 0, needs }: QuotaFacts): string {
  return `${name} ${round(used)} of ${round(limit)}, a release needs ${round(needs)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

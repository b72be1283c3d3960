import type { Rule } from "./records";

/**
 * The rules of each listener over time. The API returns a rule as it was set; the servers that forward requests have it
 * later, by `delays.rules`.
 */
export class RuleHistory {
  private readonly changes = new Map<string, { from: number; rules: readonly Rule[] }[]>();

  /** Sets the rules that a listener has from a time on, in milliseconds since 1970. */
  record(listenerId: string, from: number, rules: readonly Rule[]): void {
    const history = this.changes.get(listenerId) ?? [];
    history.push({ from, rules: rules.map((rule) => ({ ...rule })) });
    this.changes.set(listenerId, history);
  }

  /** The rules by which a listener forwards requests now. */
  current(listenerId: string): readonly Rule[] {
    const now = Date.now();
    return this.changes.get(listenerId)?.findLast(({ from }) => from <= now)?.rules ?? [];
  }
}

import { now } from "../clock.remote";
import { messageOf } from "../error-message";

/** How long looks have failed: one may, as with throttling, and what is not seen for long does not go on. */
export class Blindness {
  /** Since when no look has succeeded; undefined: the last one has. */
  private since: number | undefined;

  /**
   * @param problem what the error says in front of the last failure
   * @param most the milliseconds after which a failure is thrown
   */
  constructor(
    private readonly problem: string,
    private readonly most: number,
  ) {}

  /** Looks; undefined where that fails, which it may for a while. */
  async unless<Seen>(look: () => Promise<Seen>): Promise<Seen | undefined> {
    try {
      const seen = await look();
      this.since = undefined;
      return seen;
    } catch (error) {
      this.since ??= now();
      if (now() - this.since >= this.most) throw new Error(`${this.problem}: ${messageOf(error)}`);
      return undefined;
    }
  }
}

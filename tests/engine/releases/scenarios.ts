/** Everything that a service's releases must do, in groups whose scenarios begin with the same settings. */
import { interrupted } from "./interrupted";
import { metrics } from "./metrics";
import type { Releases } from "./releases";
import { sizes } from "./sizes";
import { steps } from "./steps";

/**
 * One thing that releases do. It begins with `releases.serving` and ends with a service that is as the stack file says, so that
 * scenarios run in any order.
 */
export interface Scenario {
  readonly name: string;
  readonly run: (releases: Releases) => Promise<void>;
}

/** The scenarios, by their group. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = { steps, metrics, interrupted, sizes };

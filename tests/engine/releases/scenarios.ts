/** Everything that a service's releases must do, in groups whose scenarios begin with the same settings. */
import { commands } from "./commands";
import { disturbed } from "./disturbed";
import { interrupted } from "./interrupted";
import { metrics } from "./metrics";
import { previous } from "./previous";
import type { Scenario } from "./releases";
import { sizes } from "./sizes";
import { steps } from "./steps";

/** The scenarios, by their group. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  steps: [...steps, ...commands],
  metrics: [...metrics, ...disturbed],
  interrupted: [...interrupted, ...previous],
  sizes,
};

import type { PlatformName } from "../live/live-cloud";
import { startAlicloud } from "./alicloud";
import { startAws } from "./aws";
import { type Pace, type ReleaseCloud, fast } from "./release-cloud";

/** Starts the cloud of a platform; in a test whose tools are missing, the test is skipped with the reason. */
export function startReleases(
  { cloud, compute }: PlatformName,
  context: Mocha.Context,
  pace: Pace = fast,
): Promise<ReleaseCloud> {
  return cloud === "aws" ? startAws(compute, context, pace) : startAlicloud(compute, context, pace);
}

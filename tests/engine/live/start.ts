/** Starts the cloud of a platform, in a test or in a command. */
import { startAlicloud } from "./alicloud-live";
import { startAws } from "./aws-live";
import type { LiveCloud, PlatformName } from "./live-cloud";

/** Starts it; in a test whose tools are missing, the test is skipped with the reason. */
export function startLive(platform: PlatformName, context: Mocha.Context): Promise<LiveCloud> {
  return platform.cloud === "aws" ? startAws(platform, context) : startAlicloud(platform, context);
}

/** The part of a test's context that the fixtures need, for a command: a missing tool is an error. */
export const commandContext = {
  timeout: () => undefined,
  runnable: () => ({}),
  skip: (): never => {
    throw new Error("a tool is missing: see the line above");
  },
} as unknown as Mocha.Context;

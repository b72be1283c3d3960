/** What AWS refuses and the emulator accepts. */
import type { AwsCall, Refused } from "../aws-call";
import type { CloudReader } from "../cloud-reader";
import type { EmulatorAnswer } from "../gaps/correction";

/** Decides about matching calls before the emulator gets them. */
export interface Refusal {
  match: (call: AwsCall) => boolean;
  /**
   * An error, or an answer that needs no change of the cloud (a call that AWS carries out once for any number of equal
   * requests). Undefined leaves the call to the emulator. Matching calls run one after the other, so what is read here
   * stays true until the emulator has answered.
   */
  check: (call: AwsCall, cloud: CloudReader) => Promise<Refused | { answer: EmulatorAnswer } | undefined>;
}

/** A refusal of some of a service's operations, by their names. */
export function refusal(
  service: string,
  checks: Record<string, (call: AwsCall, cloud: CloudReader) => ReturnType<Refusal["check"]>>,
): Refusal {
  return {
    match: (call) => call.service === service && call.action in checks,
    check: async (call, cloud) => checks[call.action]?.(call, cloud),
  };
}

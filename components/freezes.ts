import * as pulumi from "@pulumi/pulumi";
import { serviceKey } from "./config-keys";
import type { Intent } from "./intent";
import type { LastOutputs } from "./last-outputs";
import type { Overrides } from "./ledger-entries";
import type { Release, ServiceSpec } from "./spec";
import { type FreezeInForce, freezeInWords, freezesInForce } from "./stack-file/freeze-times";
import { SettingsError } from "./stack-file/problems";

/** How many releases of the ledger the error names. */
const named = 3;

/**
 * Throws a SettingsError if a freeze is in force and a release that has had no traffic would get some, unless the stack
 * file lets its version pass, or an interrupted update may have sent it requests already. An offline plan knows no
 * ledger, so it refuses nothing. Throws a RunError where there are freezes and the ledger is not known.
 *
 * @param time in milliseconds since 1970; default: now
 * @returns the releases that pass a freeze by an override, for the ledger
 */
export function refuseFrozen(
  spec: ServiceSpec,
  { entering, underWay }: Pick<Intent, "entering" | "underWay">,
  last: LastOutputs | undefined,
  time = Date.now(),
): Overrides {
  const { freeze, freezeOverride, releases } = spec;
  if (freeze.length === 0 || last?.offline === true) return {};
  if (last === undefined)
    throw new pulumi.RunError(
      `${spec.name} has freezes, which need the ledger of releases: give last: await lastOutputs("…")`,
    );
  const inForce = freezesInForce(freeze, time);
  if (inForce.length === 0) return {};
  const isOverridden = ({ version }: Release) => version === freezeOverride?.version;
  const isNew = ({ id }: Release) => entering.includes(id);
  const problems = releases.flatMap((release, index) =>
    isNew(release) && !isOverridden(release) && !underWay.includes(release.id)
      ? [
          {
            code: "frozen" as const,
            path: index === 0 ? "version" : `releases[${index - 1}].version`,
            message: refusal(release, inForce, last),
          },
        ]
      : [],
  );
  if (problems.length > 0) throw new SettingsError(problems, serviceKey);
  const passing = releases.filter((release) => isNew(release) && isOverridden(release));
  return Object.fromEntries(passing.map(({ id }) => [id, { reason: freezeOverride?.reason ?? "" }]));
}

function refusal({ id, version }: Release, inForce: readonly FreezeInForce[], { ledger }: LastOutputs): string {
  const ids = (ledger?.entries ?? []).slice(0, named).map((entry) => entry.id);
  const back = ids.length === 0 ? "wait until then" : `go back to a release of the ledger (${ids.join(", ")})`;
  return (
    `the release ${id} has had no traffic, and none may be brought: ${inForce.map(freezeInWords).join("; ")}; ` +
    `${back}, or, if it cannot wait, add ` +
    `freezeOverride: { version: ${JSON.stringify(version)}, reason: "why it cannot wait" }`
  );
}

import { type PeriodFreeze, type ScheduleFreeze, boundsOf, isEndless } from "../stack-file/freeze-times";
import { type Problem, problemIf, show } from "../stack-file/problems";
import { cronProblem, isTimezone } from "../stack-file/schedule";
import type { ValidFields } from "../stack-file/schema";
import type { Valid } from "../stack-file/valid";
import { assertNever } from "../stack-file/values";
import { checkCron, checkTimezone } from "./schedules";

/** The problems of freezes that cannot be meant, and of an override that has been left behind. */
export function checkFreezes(service: ValidFields): Problem[] {
  const freezes = (service.freeze ?? []).flatMap((freeze, index) => {
    const path = `freeze[${index}]`;
    if (freeze === undefined) return [];
    const timezone = checkTimezone(freeze.timezone, `${path}.timezone`);
    switch (freeze.kind) {
      case "period":
        return [...timezone, ...(timezone.length === 0 ? checkPeriod(freeze, path) : [])];
      case "schedule":
        return [...timezone, ...checkScheduled(freeze, path)];
      default:
        return assertNever(freeze);
    }
  });
  return [...freezes, ...checkOverride(service)];
}

function checkPeriod({ from, to, timezone }: Valid<PeriodFreeze>, path: string): Problem[] {
  if (from === undefined || to === undefined || timezone === undefined) return [];
  const bounds = boundsOf({ from, to, timezone });
  return problemIf(
    bounds.to <= bounds.from,
    "freeze-order",
    `${path}.to`,
    `must be after from (${show(from)}), got ${show(to)}`,
  );
}

function checkScheduled({ schedule, hours, timezone }: Valid<ScheduleFreeze>, path: string): Problem[] {
  const cron = checkCron(schedule, `${path}.schedule`);
  if (schedule === undefined || cronProblem(schedule) !== undefined) return cron;
  if (hours === undefined || timezone === undefined || !isTimezone(timezone)) return cron;
  return problemIf(
    isEndless({ schedule, hours, timezone }, Date.now()),
    "freeze-endless",
    `${path}.hours`,
    `must be less than a pause of the schedule ${show(schedule)}, because the service would always be frozen, ` +
      `got ${hours}`,
  );
}

/** An override that stays in the stack file would let a version pass for which nobody has decided it. */
function checkOverride({ freezeOverride, version, releases = [] }: ValidFields): Problem[] {
  const wanted = freezeOverride?.version;
  const versions = [version, ...releases.map((release) => release?.version)];
  // A version that is invalid has been reported, and may be the one that is meant.
  if (wanted === undefined || versions.includes(undefined) || versions.includes(wanted)) return [];
  const known = [...new Set(versions)].map((one) => show(one)).join(", ");
  return problemIf(
    true,
    "stale-override",
    "freezeOverride.version",
    `is stale: the service has ${known}, got ${show(wanted)}; remove freezeOverride`,
  );
}

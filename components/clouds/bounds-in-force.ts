import { Cron } from "croner";

/* Which bounds a service has at a time, and how large a new release is. Pure: what they begin with is given to them. */

/** The least and the largest number of instances of a group. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** When a schedule runs: five cron fields, and the IANA name of a time zone. */
export interface Times {
  readonly schedule: string;
  readonly timezone: string;
}

/** A schedule that sets the bounds of a service's groups. */
export interface ScheduledBounds extends Bounds, Times {}

/** The schedule whose time has passed last, one that runs in this very second included; undefined: none has. */
export function lastPassed<Schedule extends Times>(schedules: readonly Schedule[], time: Date): Schedule | undefined {
  // The search excludes the second that it begins with.
  const from = new Date((Math.floor(time.getTime() / 1000) + 1) * 1000);
  const passed = schedules.flatMap((schedule) => {
    const cron = new Cron(schedule.schedule, { mode: "5-part", paused: true, timezone: schedule.timezone });
    return cron.previousRuns(1, from).map((run) => ({ schedule, at: run.getTime() }));
  });
  return passed.sort((one, other) => other.at - one.at)[0]?.schedule;
}

/** The bounds that hold at a time: those of the schedule that has passed last, else the stack file's. */
export function boundsInForce({ min, max }: Bounds, schedules: readonly ScheduledBounds[], time: Date): Bounds {
  const last = lastPassed(schedules, time);
  return last === undefined ? { min, max } : { min: last.min, max: last.max };
}

/** How a new release begins. */
export interface StartingSize {
  /** The bounds that its group is created with. */
  readonly bounds: Bounds;
  /** How many instances it begins with. */
  readonly starts: number;
}

/**
 * How a new release begins: as large as what serves, within the bounds in force. Where the same change has lowered the
 * max below what serves, the release begins with what serves, and the max applies once the traffic has moved.
 *
 * @param start how many instances the stack file wants at least
 * @param serving the groups that have traffic: how many instances each has, and may have at most
 */
export function startingSize(
  bounds: Bounds,
  start: number,
  serving: readonly { readonly size: number; readonly max: number }[],
): StartingSize {
  const served = serving.reduce((sum, { size }) => sum + size, 0);
  const most = Math.max(bounds.max, ...serving.map(({ max }) => max));
  const wanted = Math.max(Math.min(start, bounds.max), bounds.min, Math.min(served, most));
  return { bounds: { min: bounds.min, max: Math.max(bounds.max, wanted) }, starts: wanted };
}

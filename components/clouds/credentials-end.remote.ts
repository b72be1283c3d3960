import { date, minute } from "../clock.remote";

/*
 * When credentials end that nothing renews. A rollout that outlived them could neither go on nor give the traffic back.
 */

/**
 * The environment variable that says when the credentials end, in ISO 8601, such as 2026-01-31T12:00:00Z: for keys from a place
 * that does not say it itself.
 */
export const endVariable = "IMMUTABLE_SERVICE_CREDENTIALS_EXPIRATION";

/** Adds the end that the environment states, if it states one, to credentials. Throws where it is no time. */
export function withStatedEnd<Found extends { readonly endsAt?: Date }>(found: Found): Found {
  const stated = process.env[endVariable]?.trim();
  if (!stated) return found;
  const endsAt = new Date(stated);
  if (!/^\d{4}-\d\d-\d\dT/.test(stated) || Number.isNaN(endsAt.getTime()))
    throw new Error(`${endVariable} must be a time such as 2026-01-31T12:00:00Z, got ${stated}`);
  return { ...found, endsAt };
}

/**
 * When a role's session can be renewed no more, as what it was assumed with has ended: at that end, or at its own if that is
 * later. Absent where the role can be assumed again at any time.
 */
export function sessionEnd(master: { readonly endsAt?: Date }, expiration: Date): { readonly endsAt?: Date } {
  if (master.endsAt === undefined) return {};
  return { endsAt: expiration > master.endsAt ? expiration : master.endsAt };
}

/** Why credentials do not last for a rollout that takes so many seconds at most; undefined: nothing says so. */
export function endsWithin(seconds: number, end: Date | undefined): string | undefined {
  if (end === undefined) return undefined;
  const over = new Date(date() + (seconds * minute()) / 60);
  if (over <= end) return undefined;
  return (
    `the credentials end at ${end.toISOString()}, but with the time to give the traffic back the rollout may take until ` +
    `${over.toISOString()}. Update with credentials that last for another ${Math.ceil(seconds / 60)} min`
  );
}

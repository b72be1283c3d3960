import { z } from "zod";

/*
 * The ledger: which releases have had traffic. Plain values only, because the program reads them and the dynamic
 * provider's process writes them.
 */

/** The format of a ledger. A program reads no other. */
export const ledgerFormat = 1;
/** How many releases a ledger has at most, how many of them with their shape, and its size in bytes of JSON. */
export const ledgerLimits = { releases: 10, shapes: 2, bytes: 64 * 1024 } as const;

/** The values of releases that were outputs of other resources, by release id and then by their paths in its shape. */
export type ShapeValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A release that gets traffic. */
export interface LiveRelease {
  /** The release's id. */
  readonly id: string;
  readonly version: string;
  /** What the instances start from. */
  readonly image: string;
  /**
   * Everything that shapes an instance, as `InstanceSpec` has it. A value that is an output of another resource is
   * `{ output: true }` in it, as in the release's id; the value itself is in the ledger's `values`.
   */
  readonly shape: Readonly<Record<string, unknown>>;
}

/** What is recorded of a release once. */
export interface Passing {
  /** When its traffic was first recorded, in ISO 8601 and UTC. */
  readonly passedAt: string;
  /** The Git revision of the program's tree at that time; null outside Git. */
  readonly revision: string | null;
}

/** Why a release has passed a freeze. */
export interface Override {
  readonly reason: string;
}

/** The releases that pass a freeze by an override, by release id. */
export type Overrides = Readonly<Record<string, Override>>;

/** A release in a ledger. */
export interface LedgerEntry extends Omit<LiveRelease, "shape">, Passing {
  /** Absent but for a release that got its first traffic in a freeze, by an override. */
  readonly override?: Override | undefined;
  /** Absent but for the two newest, and where it would make the ledger too large. */
  readonly shape?: LiveRelease["shape"] | undefined;
}

/** The releases that have had traffic: first those that have it, the newest first, then those before them. */
export interface Ledger {
  readonly format: typeof ledgerFormat;
  readonly entries: readonly LedgerEntry[];
  /** Of the entries with a shape. */
  readonly values: ShapeValues;
}

const schema = z.object({
  entries: z
    .array(
      z.object({
        id: z.string().min(1),
        version: z.string().min(1),
        image: z.string(),
        passedAt: z.iso.datetime(),
        // The engine leaves out a null inside a value.
        revision: z
          .string()
          .nullish()
          .transform((revision) => revision ?? null),
        override: z.object({ reason: z.string() }).optional(),
        shape: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .refine((entries) => new Set(entries.map(({ id }) => id)).size === entries.length, "must name each release once"),
  values: z
    .record(z.string(), z.record(z.string(), z.string()))
    .nullish()
    .transform((values) => values ?? {}),
});

/**
 * Reads a recorded ledger; undefined where none was recorded. Throws an Error for one of another format, and for one
 * that is not whole: without the ledger, a release that has passed would count as a new one.
 */
export function readLedger(recorded: unknown): Ledger | undefined {
  if (recorded === undefined || recorded === null) return undefined;
  const { format } = typeof recorded === "object" ? (recorded as Partial<Record<keyof Ledger, unknown>>) : {};
  if (format !== undefined && format !== ledgerFormat)
    throw new Error(
      `the ledger of releases has format ${JSON.stringify(format)}, but this version reads format ${ledgerFormat} only: ` +
        "update immutable-service",
    );
  const { data, error } = schema.safeParse(recorded);
  if (format === ledgerFormat && data !== undefined) return { format, ...data };
  const problems = error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? ["format: is missing"];
  throw new Error(
    `the ledger of releases, the stack's output "releases", cannot be read (${problems.join("; ")}). ` +
      "Bring back a state of the stack that has it whole, with pulumi stack import",
  );
}

/**
 * The ledger after the traffic split was set. A release that is in it already keeps what was recorded once, its
 * override too. Shapes that would make it larger than it may be are left out, the newest one last.
 */
export function recordReleases(
  before: Ledger | undefined,
  live: readonly LiveRelease[],
  liveValues: ShapeValues,
  passing: Passing,
  overrides: Overrides = {},
): Ledger {
  const known = before?.entries ?? [];
  const isNew = ({ id }: LiveRelease) => known.every((one) => one.id !== id);
  const entered = live.filter(isNew).map((one) => {
    const override = overrides[one.id];
    return { ...one, ...passing, ...(override === undefined ? {} : { override }) };
  });
  const stayed = known.map((entry) => ({ ...entry, ...live.find(({ id }) => id === entry.id) }));
  const isLive = ({ id }: LedgerEntry) => live.some((one) => one.id === id);
  const entries: LedgerEntry[] = [
    ...entered,
    ...stayed.filter(isLive),
    ...stayed.filter((entry) => !isLive(entry)),
  ].slice(0, ledgerLimits.releases);
  const values = { ...before?.values, ...liveValues };
  const counts = Array.from({ length: ledgerLimits.shapes + 1 }, (_, index) => ledgerLimits.shapes - index);
  const ledgers = counts.map((shapes) => withShapes(entries, values, shapes));
  return ledgers.find((ledger) => bytesOf(ledger) <= ledgerLimits.bytes) ?? withShapes(entries, values, 0);
}

/**
 * Throws an Error if a release alone is larger than a ledger may be, as far as its values are known. One whose unknown
 * values make it larger is recorded without its shape: by then its traffic has moved.
 */
export function checkBytes(release: LiveRelease): void {
  const passing = { passedAt: new Date(0).toISOString(), revision: "0".repeat(40) };
  const bytes = bytesOf(withShapes([{ ...release, ...passing }], {}, 1));
  if (bytes > ledgerLimits.bytes)
    throw new Error(
      `the release ${release.id} is too large for the ledger of releases, which would have ${bytes} bytes and may have ` +
        `${ledgerLimits.bytes}: shorten its environment or its command`,
    );
}

function bytesOf(ledger: Ledger): number {
  return Buffer.byteLength(JSON.stringify(ledger));
}

/** The ledger with the shapes of its first entries only, and with their values. */
function withShapes(entries: readonly LedgerEntry[], values: ShapeValues, shapes: number): Ledger {
  const whole = entries.slice(0, shapes).filter(({ shape }) => shape !== undefined);
  return {
    format: ledgerFormat,
    entries: entries.map((entry, index) => {
      const { shape, ...short } = entry;
      return index < shapes && shape !== undefined ? { ...short, shape } : short;
    }),
    values: Object.fromEntries(
      whole.flatMap(({ id }) => {
        const held = values[id];
        return held === undefined || Object.keys(held).length === 0 ? [] : [[id, held]];
      }),
    ),
  };
}

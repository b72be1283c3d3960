import type { CloudName, Compute } from "./types";

/** What a change of the stack file does to a service that is running. */
export type Effect = InPlace | NewRelease | Replaces | Refused;
/** The kind of an effect, as the tables and the plan name it. */
export type ChangeKind = Effect["kind"];

/** Safe on a release that serves: none of its instances is replaced, and no request is lost. */
export interface InPlace {
  readonly kind: "inPlace";
  /** When or how it takes effect, in a sentence without a full stop; absent where it takes effect in the update. */
  readonly note?: string;
  /** What a lower value deletes, such as `logs older than that`; absent where nothing is lost. */
  readonly deletesWhenLowered?: string;
}

/** Makes a release with its own target group, gate and share of the traffic, beside the one that serves. */
export interface NewRelease {
  readonly kind: "newRelease";
  /** Which changes of the value do not count; absent where every change does. */
  readonly note?: string;
}

/** Replaces or removes something outside a release. */
export interface Replaces {
  readonly kind: "replaces";
  /** What else some of these changes do, in a sentence without a full stop; absent for nothing. */
  readonly note?: string;
  /** What, as a plural or a singular without a verb. */
  readonly what: string;
  /** What that means for whoever uses the service, in a sentence without a full stop. */
  readonly consequence: string;
  /**
   * The last parts of the types of the resources, by which a plan finds their names. A plan lists the effect only where
   * one of them is replaced or deleted.
   */
  readonly types: readonly string[];
  /** Whether addresses that others may know change, or data may be lost; absent for neither. */
  readonly loses?: "address" | "data";
}

/** Refused before anything is registered while a release serves. Before the first release has passed, it is allowed. */
export interface Refused {
  readonly kind: "refused";
  /** What it would do, in a sentence without a full stop that follows `it would`. */
  readonly because: string;
}

/** The effects of a change on one platform: at least one. */
export type Effects = readonly [Effect, ...Effect[]];
/** The effects of a change: the same everywhere, or those of each cloud. */
export type OnClouds = Effects | Readonly<Record<CloudName, Effects>>;

/**
 * What can change in a field: `changed` is another value; an optional field can also be set (`on`) or left out (`off`);
 * an entry of a list can be `added` or `removed`.
 */
export type Change = "changed" | "on" | "off" | "added" | "removed";
/** The effects of every change of a field. */
export type FieldChanges = Readonly<Partial<Record<Change, OnClouds>>>;

/** A platform: one compute on one cloud. */
export interface ChangedPlatform {
  readonly cloud: CloudName;
  readonly compute: Compute;
}

/** Safe on a running release, with a remark. */
export const inPlace = (note?: string): Effects => [{ kind: "inPlace", ...(note === undefined ? {} : { note }) }];

/** A new release, and what it replaces outside of a release. */
export const newRelease = (...replaced: readonly Omit<Replaces, "kind">[]): Effects => [
  { kind: "newRelease" },
  ...replaced.map((one) => ({ kind: "replaces" as const, ...one })),
];

/** Replaces something outside of a release, and leaves the release as it is. */
export const replaces = (replaced: Omit<Replaces, "kind">): Effects => [{ kind: "replaces", ...replaced }];

/** Refused while a release serves. */
export const refused = (because: string): Effects => [{ kind: "refused", because }];

/** Another value. */
export const changed = (effects: OnClouds): FieldChanges => ({ changed: effects });

/** An optional value: set, left out and changed alike. */
export const optional = (effects: OnClouds): FieldChanges => ({ on: effects, off: effects, changed: effects });

/** An entry of a list. */
export const entry = (added: OnClouds, removed: OnClouds): FieldChanges => ({ added, removed });

/** Several fields of one mapping that change alike. */
export function fieldsOf(path: string, names: readonly string[], changes: FieldChanges): Record<string, FieldChanges> {
  return Object.fromEntries(names.map((name) => [`${path}.${name}`, changes]));
}

/** The kind of a dynamic resource, as its provider's source contains it. */
export interface StoredKind {
  readonly type: string;
  readonly version: string;
  /** The module of an installed package, and its source in a checkout. */
  readonly compiled: string;
  readonly source: string;
  readonly replaceOnChanges: readonly string[];
  readonly updateOnChanges: readonly string[];
  readonly reads: boolean;
  readonly deletes: boolean;
}

/** Parses the kind in a provider's source from a stack's state. */
export function storedKind(text: unknown): StoredKind {
  const [, json] = /^const kind = (\{.*\});\n/.exec(String(text)) ?? [];
  if (json === undefined) throw new Error(`no remote module in ${String(text).slice(0, 200)}`);
  return JSON.parse(json) as StoredKind;
}

import { type LiveRelease, type ShapeValues, recordReleases } from "../../components/ledger-entries";

/** What a traffic rule outputs when the cloud has taken it on as requested. */
export function servingOf({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }): object {
  const { shares, url, requested } = inputs as { shares: readonly Share[]; url: string; requested: object };
  const releases = shares.map(({ release: id, version, image, weight }) => ({ id, version, image, weight }));
  return { url, requested, releases };
}

interface Share {
  readonly release: string;
  readonly version: string;
  readonly image: string;
  readonly weight: number;
}

/** What the first release's ledger outputs, at a fixed time and outside Git. */
export function ledgerOf({
  inputs,
}: {
  readonly inputs: Readonly<Record<string, unknown>>;
}): Readonly<Record<string, unknown>> {
  const { releases, liveValues } = inputs as { releases: readonly LiveRelease[]; liveValues: ShapeValues };
  return {
    ...recordReleases(undefined, releases, liveValues, { passedAt: "2026-11-22T08:00:00.000Z", revision: null }),
  };
}

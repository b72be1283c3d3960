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

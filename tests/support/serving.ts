/** What a traffic rule outputs when the cloud has taken it on as requested. */
export function servingOf({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }): object {
  const { shares, url } = inputs as { shares: readonly Requested[]; url: string };
  return { url, releases: shares.map(({ release: id, version, image, weight }) => ({ id, version, image, weight })) };
}

interface Requested {
  readonly release: string;
  readonly version: string;
  readonly image: string;
  readonly weight: number;
}

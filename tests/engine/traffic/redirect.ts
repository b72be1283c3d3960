import type { Listener, RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";

const REDIRECT_PARTS = /#\{(protocol|host|port|path|query)\}/g;

/** The address that a redirect sends a request to. `host` is the request's `Host` header. */
export function redirectTarget(
  to: RedirectActionConfig | undefined,
  listener: Listener,
  url: URL,
  host: string | undefined,
): string {
  const parts: Record<string, string> = {
    protocol: (listener.Protocol ?? "HTTP").toLowerCase(),
    port: String(listener.Port ?? 80),
    host: (host ?? "").replace(/:\d+$/, ""),
    path: url.pathname.slice(1),
    query: url.search.slice(1),
  };
  const fill = (text: string | undefined, otherwise: string): string =>
    (text ?? otherwise).replace(REDIRECT_PARTS, (_, part: string) => parts[part] ?? "");
  const query = fill(to?.Query, "#{query}");
  const location = `${fill(to?.Protocol, "#{protocol}").toLowerCase()}://${fill(to?.Host, "#{host}")}:${fill(to?.Port, "#{port}")}${fill(to?.Path, "/#{path}")}`;
  return query ? `${location}?${query}` : location;
}

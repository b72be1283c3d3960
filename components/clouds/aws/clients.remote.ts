import { ProxyAgent } from "proxy-agent";

// The warning about old versions of Node.js would appear among the diagnostics of every update.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/**
 * What every AWS client is created with: the region, ten attempts, and the proxy that the environment names, if any.
 */
export function clientSettings(region: string) {
  const agent = new ProxyAgent();
  return { region, maxAttempts: 10, requestHandler: { httpAgent: agent, httpsAgent: agent } };
}

/** Whether AWS answered with one of these error codes. */
export function isError(error: unknown, ...codes: readonly string[]): boolean {
  const { name } = Object(error) as { name?: unknown };
  return typeof name === "string" && codes.includes(name);
}

/** Tags as most of AWS's APIs take them. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags of a reply, by key. */
export function tagMap(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

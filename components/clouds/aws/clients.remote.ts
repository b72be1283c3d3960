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

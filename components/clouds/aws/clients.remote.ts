import { ProxyAgent } from "proxy-agent";
import { configSwitch } from "../../stack-config.remote";
import { type CredentialProvider, credentialsOf } from "./credentials.remote";
import { type Service, endpointOf } from "./endpoints.remote";

// The warning about old versions of Node.js would appear among the diagnostics of every update.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/**
 * What every AWS client is created with: what the provider uses for a region with the same configuration and
 * environment, and ten attempts.
 */
export function clientSettings(region: string, service: Service) {
  const credentials = credentialsByRegion.get(region) ?? credentialsOf(region, connection("sts"));
  credentialsByRegion.set(region, credentials);
  return { region, credentials, ...connection(service) };
}

/** When the credentials for a region end for good; undefined: nothing says that they do. */
export async function credentialsEnd(region: string): Promise<Date | undefined> {
  return (await clientSettings(region, "sts").credentials()).endsAt;
}

/** One per process, because all clients of a region share the credentials that a role's session has. */
const credentialsByRegion = new Map<string, CredentialProvider>();

/** How a service is reached. */
function connection(service: Service) {
  const agent = new ProxyAgent();
  const endpoint = endpointOf(service);
  const useDualstackEndpoint = configSwitch("aws:useDualstackEndpoint");
  const useFipsEndpoint = configSwitch("aws:useFipsEndpoint");
  const forcePathStyle = service === "s3" ? configSwitch("aws:s3UsePathStyle") : undefined;
  return {
    maxAttempts: 10,
    requestHandler: { httpAgent: agent, httpsAgent: agent },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(useDualstackEndpoint === undefined ? {} : { useDualstackEndpoint }),
    ...(useFipsEndpoint === undefined ? {} : { useFipsEndpoint }),
    ...(forcePathStyle === undefined ? {} : { forcePathStyle }),
  };
}

/**
 * Whether AWS answered with one of these error codes. Some services send a code without the `Exception` with which its
 * documented name ends.
 */
export function isError(error: unknown, ...codes: readonly string[]): boolean {
  const { name } = Object(error) as { name?: unknown };
  return typeof name === "string" && codes.map(plainCode).includes(plainCode(name));
}

function plainCode(code: string): string {
  return code.replace(/Exception$/, "");
}

/** Whether AWS refused a request because the credentials lack the right for it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && /AccessDenied|UnauthorizedOperation/.test(error.name);
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

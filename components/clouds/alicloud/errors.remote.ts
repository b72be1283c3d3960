/** The code and the message of an error. */
export function describeError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${codeOf(error)} ${message}`.trim();
}

/** The error code of the cloud's reply; empty where there was no reply. */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "string" ? code : "";
}

/** The products that an account has to activate before it can use them, by the services whose calls need them. */
const products = {
  cr: "Container Registry",
  kms: "Key Management Service",
  nas: "File Storage NAS",
  oss: "Object Storage Service",
  sls: "Simple Log Service",
} as const;

/** How services refuse the calls of accounts that have not activated them; most codes are not documented. */
const inactive = /NotActivated|Not_?Open(ed)?\b|UserDisable|not (been )?activated|AccessKeyId \S* ?is inactive/i;

/** Whether a service refuses every call because the account has not activated it, so that it holds nothing either. */
export function isInactive(error: unknown): boolean {
  return inactive.test(describeError(error));
}

/** What to do about a service that the account has not activated, after a full stop; empty for any other error. */
export function activationAdvice(service: string, error: unknown): string {
  const product = (products as Readonly<Record<string, string>>)[service];
  return product !== undefined && isInactive(error)
    ? `. Has the account activated ${product}? Open its console once, accept its terms, and run the update again`
    : "";
}

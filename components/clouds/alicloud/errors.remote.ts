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

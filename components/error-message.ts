/** The message of an error, or whatever else was thrown as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error as it is; whatever else was thrown as an error with its text. */
export function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

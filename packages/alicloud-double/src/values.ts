/** Returns the value; throws if it is missing, which the code around it has ruled out. */
export function assertDefined<T>(value: T): NonNullable<T> {
  if (value === undefined || value === null) throw new Error("expected a value, got undefined or null");
  return value;
}

/** A field's value as a string: objects and lists as JSON, undefined and null as an empty string. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

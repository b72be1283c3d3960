/** The value; an error where there is none, although the code around it relies on one. */
export function assertDefined<T>(value: T): NonNullable<T> {
  if (value === undefined || value === null) throw new Error("a value that has to be there is missing");
  return value;
}

/** A field's value as a text; a structured one as JSON, and none as an empty text. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Parses a configuration value. The engine passes a mapping or a list as JSON, and a string as it is. */
export function parseValue(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** True for a key without a value: the engine passes it as an empty string or as null. */
export function isEmpty(value: string | undefined): value is undefined | "" | "null" {
  return value === undefined || value === "" || value === "null";
}

import type { Value } from "../models/shape";
import { asText, assertDefined } from "../values";

/** A request's fields, read by name with the type that the caller expects; the model check has already judged them. */
export class Fields {
  constructor(readonly values: Record<string, Value>) {}

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  string(name: string): string | undefined {
    const value = this.values[name];
    return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
  }

  number(name: string): number | undefined {
    const value = this.values[name];
    return value === undefined || value === "" || Number.isNaN(Number(value)) ? undefined : Number(value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.values[name];
    return value === undefined || value === null ? undefined : asText(value) === "true";
  }

  /** A list of texts; one text counts as a list of one, and a JSON list in a text as the list. */
  strings(name: string): string[] {
    const value = this.values[name];
    if (typeof value === "string" && value.startsWith("[")) return (JSON.parse(value) as unknown[]).map(String);
    return (Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value]).map(String);
  }

  /** A list of records. */
  list(name: string): Fields[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map((item) => new Fields(item as Record<string, Value>)) : [];
  }

  /** A record within; empty when it was not sent. */
  record(name: string): Fields {
    const value = this.values[name];
    return new Fields(typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});
  }

  /** The value as it came, for the double to give back as it is. */
  raw(name: string): Value | undefined {
    return this.values[name];
  }

  /** Those of the named fields that were sent, for a record that is merged into another. */
  pick(...names: string[]): Record<string, Value> {
    return Object.fromEntries(
      names.filter((name) => this.values[name] !== undefined).map((name) => [name, assertDefined(this.values[name])]),
    );
  }

  /** `Tag.N.Key`/`Tag.N.Value` as a map. */
  tags(name = "Tag"): Map<string, string> {
    return new Map(this.list(name).map((tag) => [tag.string("Key") ?? "", tag.string("Value") ?? ""]));
  }
}

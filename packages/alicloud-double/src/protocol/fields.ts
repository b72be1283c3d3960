import type { Value } from "../models/shape";
import { asText, assertDefined } from "../values";

/** The fields of a request, read by name as the type that the caller expects. Their types have been checked before. */
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

  /** A list of strings; a single string is a list of one, unless it holds a JSON list. */
  strings(name: string): string[] {
    const value = this.values[name];
    if (typeof value === "string" && value.startsWith("[")) return (JSON.parse(value) as unknown[]).map(String);
    return (Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value]).map(String);
  }

  /** A list of records, which may have been sent as JSON; empty if it was not sent. */
  list(name: string): Fields[] {
    const sent = this.values[name];
    const value = typeof sent === "string" && sent.startsWith("[") ? (JSON.parse(sent) as Value) : sent;
    return Array.isArray(value) ? value.map((item) => new Fields(item as Record<string, Value>)) : [];
  }

  /** A nested record; empty if it was not sent. */
  record(name: string): Fields {
    const value = this.values[name];
    return new Fields(typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});
  }

  /** The value as it was sent. */
  raw(name: string): Value | undefined {
    return this.values[name];
  }

  /** Those of the named fields that were sent. */
  pick(...names: string[]): Record<string, Value> {
    const sent = names.filter((name) => this.values[name] !== undefined);
    return Object.fromEntries(sent.map((name) => [name, assertDefined(this.values[name])]));
  }

  /** All fields but those named. */
  omit(names: ReadonlySet<string>): Record<string, Value> {
    return Object.fromEntries(Object.entries(this.values).filter(([name]) => !names.has(name)));
  }

  /** A list of tags (`Tag.N.Key`, `Tag.N.Value`) as a map. */
  tags(name = "Tag"): Map<string, string> {
    return new Map(this.list(name).map((tag) => [tag.string("Key") ?? "", tag.string("Value") ?? ""]));
  }
}

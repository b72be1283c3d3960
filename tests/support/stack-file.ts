import { parse } from "yaml";

/** A stack file's configuration: full keys such as `aws:region` to what YAML makes of their values. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** Reads the configuration of a stack file. */
export function readStackFile(text: string): StackConfig {
  return (parse(text) as { config: StackConfig }).config;
}

/** The configuration as the engine hands it to a program: texts as they are, everything else as JSON. */
export function asEngineConfig(config: StackConfig): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

import { processConfigSymbol } from "./config-keys";
import { isEmpty, parseValue } from "./config-values";

/*
 * The stack's configuration in the dynamic provider's process. The engine passes it to that process for every command,
 * with secrets in plain text, and the text of each dynamic resource keeps it there (see remote.ts). So what it holds is
 * in no resource's inputs and outputs.
 */

interface StackConfig {
  get(key: string): string | undefined;
}

/** The value of a key such as `aws:profile`; undefined where the stack has none. */
export function configValue(key: string): string | undefined {
  const config = (globalThis as { [key: symbol]: unknown })[Symbol.for(processConfigSymbol)] as StackConfig | undefined;
  const value = config?.get(key);
  return isEmpty(value) ? undefined : value;
}

/** The value of a switch; undefined where the stack has none. */
export function configSwitch(key: string): boolean | undefined {
  const value = configValue(key);
  return value === undefined ? undefined : value === "true";
}

/** The mappings under a key that takes a list of them, or a single one. */
export function configMappings(key: string): Record<string, unknown>[] {
  const value = parseValue(configValue(key) ?? "[]");
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
    (one): one is Record<string, unknown> => typeof one === "object" && one !== null,
  );
}

/** The texts under a key that takes a list of them, or a single one. */
export function configTexts(key: string): string[] {
  const value = parseValue(configValue(key) ?? "[]");
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((one) => typeof one === "string");
}

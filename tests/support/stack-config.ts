import { processConfigSymbol } from "../../components/config-keys";

const symbol = Symbol.for(processConfigSymbol);

/**
 * Sets the stack's configuration and variables of the environment for each test of the calling suite, as the dynamic
 * provider's process has them. Undefined removes a variable.
 */
export function stackConfig(): (config: Readonly<Record<string, unknown>>, env?: NodeJS.ProcessEnv) => void {
  const before = { ...process.env };
  afterEach(() => {
    Reflect.deleteProperty(globalThis, symbol);
    process.env = { ...before };
  });
  return (config, env = {}) => {
    const get = (key: string) => {
      const value = config[key];
      return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    };
    Object.assign(globalThis, { [symbol]: { get } });
    for (const [name, value] of Object.entries(env))
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  };
}

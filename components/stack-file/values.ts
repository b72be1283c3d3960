import * as pulumi from "@pulumi/pulumi";

/** Whether a value is known only once the program runs: an output or a promise. A stack file never has one. */
export function isInput(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return value instanceof Promise || pulumi.Output.isInstance(value);
}

/**
 * Whether a value is a mapping: neither a list, nor null, nor a scalar, nor an object of some class such as an output.
 */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const outputs = new WeakMap<object, pulumi.Output<unknown>>();

/**
 * A copy that the schema can parse: without fields that are undefined, which a program may pass and a stack file cannot
 * have, and with a handle in the place of each output. An output has fields, so a rule could take it for a mapping or a
 * list; a handle is a function, which only the rules made by `input` accept.
 */
export function prepared(value: unknown): unknown {
  if (isInput(value)) {
    const handle = () => undefined;
    // An output keeps the rejection of a promise that nobody else handles.
    outputs.set(handle, value instanceof Promise ? pulumi.output(value) : value);
    return handle;
  }
  if (Array.isArray(value)) return value.map(prepared);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [[name, prepared(part)]])),
  );
}

/** The output behind a handle; undefined for any other value. */
export function outputOf(value: unknown): pulumi.Output<unknown> | undefined {
  return typeof value === "function" ? outputs.get(value) : undefined;
}

/** The fields of an object, as its type names them. */
export function keysOf<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value) as (keyof T)[];
}

/** A copy of an object without some of its fields. */
export function omit<T extends object, K extends PropertyKey>(value: T, fields: readonly K[]): Omit<T, K> {
  const left: readonly PropertyKey[] = fields;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !left.includes(name))) as Omit<T, K>;
}

/** A copy of an object with some of its fields; one that it does not have is not in the copy. */
export function pick<T extends object, K extends keyof T>(value: T, fields: readonly K[]): Pick<T, K> {
  return Object.fromEntries(fields.flatMap((name) => (name in value ? [[name, value[name]]] : []))) as Pick<T, K>;
}

/** The compiler's proof that every case has been handled. Throws if a value got past it all the same. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

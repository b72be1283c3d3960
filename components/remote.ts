import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { processConfigSymbol } from "./config-keys";

/**
 * Dynamic resources whose code is a module. Pulumi stores a dynamic provider as text in the stack's state and evaluates
 * that text in another process. Here the text only names a module, `NAME.remote.ts` beside the resource's class, so the
 * code is ordinary TypeScript and a change of the code is no change of the stack.
 *
 * Rules for `*.remote.ts`:
 * - The name of a module and the type of its resource stay in the state of every stack that used them: never change
 *   them.
 * - Outputs passed to `update`, `read` and `delete` may have been recorded by an earlier version: each of them may be
 *   missing.
 * - A resource keeps the text of its last create or update, and is deleted by it.
 * - The stack's configuration, with its secrets, is read through stack-config.remote.ts, and never an input.
 */

/** The package's name: the module of the resources' types, and what an installed package is loaded by. */
const packageName = "immutable-service";

/** What a remote module exports. */
export interface RemoteCode<Inputs, Outputs> {
  /** Creates the resource. When it throws, nothing is recorded, and the next update tries again. */
  create: (inputs: Inputs) => Promise<Created<Outputs>>;
  update?: (id: string, before: Partial<Outputs>, inputs: Inputs) => Promise<Updated<Outputs>>;
  /**
   * Returns what is wrong with the inputs, if anything. See `RemoteKind.checked`.
   */
  check?: (inputs: Inputs) => Promise<string | undefined>;
  /** Reads the resource during a refresh. Without it, a refresh keeps what is recorded. */
  read?: (id: string, outputs: Partial<Outputs>) => Promise<Refreshed<Outputs>>;
  delete?: (id: string, outputs: Partial<Outputs>) => Promise<void>;
}

/** The result of `create`. */
export interface Created<Outputs> {
  readonly id: string;
  readonly outs: Outputs;
}

/** The result of `update`. */
export interface Updated<Outputs> {
  readonly outs: Outputs;
}

/** The result of `read`: the resource, or nothing when it no longer exists. */
export type Refreshed<Outputs> =
  { readonly id: string; readonly props: Partial<Outputs> } | { readonly id?: undefined };

/** The inputs that a remote module's `create` gets. */
export type InputsOf<Code> = Code extends { create: (inputs: infer Inputs) => unknown } ? Inputs : never;
/** The outputs that it returns. */
export type OutputsOf<Code> = Code extends { create: (...inputs: never) => Promise<{ outs: infer Outputs }> }
  ? Outputs
  : never;
type InputName<Code> = keyof InputsOf<Code> & string;
type Exports<Code, Name extends string> = Name extends keyof Code ? true : false;

/** The inputs of a remote module as arguments of its resource: every value, at any depth, may be an output. */
export type RemoteArgs<Code> = { readonly [Name in keyof InputsOf<Code>]: AsInput<InputsOf<Code>[Name]> };

type AsInput<Value> = pulumi.Input<
  Value extends object ? { readonly [Key in keyof Value]: AsInput<Value[Key]> } : Value
>;

/** A kind of resource and the module with its code. */
export interface RemoteKind<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>> {
  /** The name in the resource's type. */
  readonly type: string;
  /** The module's path below `components`, without `.remote.ts`. */
  readonly module: string;
  /** The outputs that are not inputs. */
  readonly outputs: { readonly [Name in Exclude<keyof OutputsOf<Code>, keyof InputsOf<Code>>]: undefined };
  /**
   * The inputs whose change replaces the resource; the replacement is created first. An input that an earlier version
   * did not record is no change, so a new input replaces no existing resource.
   */
  readonly replaceOnChanges: readonly InputName<Code>[];
  /** The inputs whose change calls `update`. A change of any other input has no effect. */
  readonly updateOnChanges: Code extends { update: unknown } ? readonly InputName<Code>[] : readonly [];
  /**
   * An input that maps names to values which never change while the resource exists. Another value of a name is
   * refused, in a preview too, before anything that depends on the resource changes. Default: no such input.
   */
  readonly fixed?: {
    readonly input: InputName<Code>;
    /** The rest of the sentence that begins with the name. */
    readonly refusal: string;
  };
  /**
   * The input that the module's `check` is about. Every update calls it, also where the resource does not change, and
   * before anything that depends on the resource changes. A preview does not, as long as the input is unknown in it.
   * Default: the module has no check.
   */
  readonly checked?: InputName<Code>;
  /** Whether the module exports `read`. */
  readonly reads: Exports<Code, "read">;
  /** Whether the module exports `delete`. If not, the resource can be deleted when its module no longer exists. */
  readonly deletes: Exports<Code, "delete">;
}

/** A dynamic resource whose code is a remote module. */
export abstract class RemoteResource<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>>
  extends pulumi.CustomResource
{
  constructor(kind: RemoteKind<Code>, name: string, args: RemoteArgs<Code>, opts?: pulumi.CustomResourceOptions) {
    // As pulumi.dynamic.Resource does it, but without serialising a function, whose text depends on the compiler.
    const inputs = { ...args, ...kind.outputs, __provider: textOf(kind) };
    super(`pulumi-nodejs:dynamic/${packageName}:${kind.type}`, name, inputs, opts);
  }
}

/** The text of each kind, which all its resources share. */
const texts = new WeakMap<object, string>();

function textOf<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>>(kind: RemoteKind<Code>): string {
  const text = texts.get(kind) ?? providerText(kind);
  texts.set(kind, text);
  return text;
}

/** The class of the resources of a kind. */
export type RemoteClass<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>> = new (
  name: string,
  args: RemoteArgs<Code>,
  opts?: pulumi.CustomResourceOptions,
) => RemoteResource<Code>;

/**
 * The class of a kind whose resources have no constructor of their own. A class that extends it declares its outputs.
 */
export function remoteClass<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>>(
  kind: RemoteKind<Code>,
): RemoteClass<Code> {
  return class extends RemoteResource<Code> {
    constructor(name: string, args: RemoteArgs<Code>, opts?: pulumi.CustomResourceOptions) {
      super(kind, name, args, opts);
    }
  };
}

/**
 * The text that the dynamic provider's process evaluates, the same for every resource of a kind. It loads the module
 * from the installed package, or else its source from the program's folder or the nearest folder above that has it.
 */
export function providerText<Code extends RemoteCode<InputsOf<Code>, OutputsOf<Code>>>({
  type,
  module,
  replaceOnChanges,
  updateOnChanges,
  fixed,
  checked,
  reads,
  deletes,
}: RemoteKind<Code>): string {
  const compiled = `${packageName}/remote/${module}`;
  const source = `components/${module}.remote.ts`;
  const changes = { replaceOnChanges, updateOnChanges, fixed, checked };
  const kind = { type, version: packageVersion(), compiled, source, ...changes, reads, deletes };
  const checks = `${fixed === undefined ? "" : fixedProvider}${checked === undefined ? "" : checkedProvider}`;
  return `const kind = ${JSON.stringify(kind)};\n${provider}${checks}`;
}

const provider = String.raw`const find = () => {
  try { return require.resolve(kind.compiled); } catch {
    return require.resolve("./" + kind.source, { paths: module.paths.map(require("node:path").dirname) });
  }
};
const load = () => {
  const file = find();
  return file.endsWith(".ts") ? require("tsx/cjs/api").require(file, file) : require(file);
};
const loadFor = (action, id) => {
  try { return load(); } catch (error) {
    throw new Error("cannot " + action + " " + kind.type + " " + id + ": " + error.message.split("\n")[0] +
      ". Install ${packageName} " + kind.version +
      ", or check out the commit that deployed it, and run the command again.");
  }
};
const changed = (names, before, inputs) =>
  names.filter((name) => name in before && JSON.stringify(before[name]) !== JSON.stringify(inputs[name]));
exports.handler = () => ({
  // Without a pause: the SDK does not make the kind's next resource wait for it.
  configure: async ({ config }) => { globalThis[Symbol.for("${processConfigSymbol}")] = config; },
  create: async (inputs) => load().create(inputs),
  update: async (id, before, inputs) => load().update(id, before, inputs),
  diff: async (id, before, inputs) => {
    const replaces = changed(kind.replaceOnChanges, before, inputs);
    return { changes: replaces.length > 0 || changed(kind.updateOnChanges, before, inputs).length > 0, replaces };
  },
  read: kind.reads && (async (id, outputs) => {
    let code;
    try { code = loadFor("refresh", id); } catch (error) {
      console.error(error.message);
      return { id, props: outputs };
    }
    return code.read(id, outputs);
  }),
  delete: kind.deletes && (async (id, outputs) => loadFor("delete", id).delete(id, outputs)),
});
`;

/** For a kind with a fixed input. */
const fixedProvider = String.raw`// The engine's mark of a value that is not known before the update.
const unknown = "${pulumi.runtime.unknownValue}";
const refusals = (before = {}, inputs = {}) => Object.keys(before)
  .filter((name) => ![undefined, unknown, before[name]].includes(inputs[name]))
  .map((name) => ({ property: kind.fixed.input, reason: name + " " + kind.fixed.refusal }));
const unchecked = exports.handler;
exports.handler = () => ({
  ...unchecked(),
  check: async (before, inputs) => (
    { inputs, failures: refusals(before[kind.fixed.input], inputs[kind.fixed.input]) }
  ),
});
`;

/** For a kind with a check of its own. */
const checkedProvider = String.raw`const withoutCheck = exports.handler;
exports.handler = () => ({
  ...withoutCheck(),
  check: async (before, inputs) => {
    if ([undefined, "${pulumi.runtime.unknownValue}"].includes(inputs[kind.checked])) return { inputs };
    const reason = await load().check(inputs);
    return { inputs, failures: reason === undefined ? [] : [{ property: kind.checked, reason }] };
  },
});
`;

let version: string | undefined;

/** The version in the nearest package.json, which is this package's. */
export function packageVersion(folder = __dirname): string {
  if (version !== undefined) return version;
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string };
    version = manifest.version ?? "0.0.0";
    return version;
  } catch (error) {
    if (folder === dirname(folder)) throw error;
    return packageVersion(dirname(folder));
  }
}

import { createRequire } from "node:module";

/*
 * Leaves out what Pulumi's SDK does for an engine or a debugger and a plan has no use for. It replaces functions of the
 * SDK, so it is only for a process that exists to plan: never for one that Pulumi started, and never for one that runs
 * another program. The plan stays the same, as tests/plan/sdk.test.ts checks. Where another version of the SDK lacks
 * one of these functions, the SDK stays as it is and the plan takes longer.
 */

const require = createRequire(__filename);

/**
 * Keeps the SDK from loading what only serialises functions: the TypeScript compiler and npm's dependency resolver,
 * more than half of the SDK's start. The program serialises none: its dynamic resources name modules. Takes effect only
 * before the SDK is imported.
 */
export function skipClosureSerializer(): void {
  ifPossible(() => {
    const serializeFunction = () => Promise.resolve({ text: "", containsSecrets: false });
    replaceModule("@pulumi/pulumi/runtime/closure/serializeClosure", { serializeFunction });
    replaceModule("@pulumi/pulumi/runtime/closure/codePaths", {});
  });
}

/**
 * Keeps the SDK from what takes most of the time and memory of a large plan: stack traces that it takes without an
 * error, and outputs that nothing reads. An error that the program throws keeps its trace. Imports the SDK.
 */
export function skipBookkeeping(): void {
  ifPossible(skipTraces);
  ifPossible(makeOutputsWhenRead);
}

/** For every promise and every resource, the SDK formats a stack trace with source maps. */
function skipTraces(): void {
  const debuggable = require("@pulumi/pulumi/runtime/debuggable") as {
    debuggablePromise: (promise: unknown) => unknown;
  };
  const { Resource } = require("@pulumi/pulumi/resource") as { Resource: { callsites: () => unknown[] } };
  // For PULUMI_DEBUG_PROMISE_LEAKS. plan/main.ts itself reports a program that waits for ever.
  debuggable.debuggablePromise = (promise) => promise;
  // For the engine, which shows where a resource comes from.
  Resource.callsites = () => [];
}

/** What the SDK calls to set a resource's outputs, by property. */
type Settlers = Record<string, (...outcome: unknown[]) => void>;

/**
 * For every property of every resource, the SDK makes an output, which is some twenty promises; a program reads one in
 * ten. Here the SDK makes the output of a property when it is read.
 */
function makeOutputsWhenRead(): void {
  const rpc = require("@pulumi/pulumi/runtime/rpc") as {
    transferProperties: (resource: object, label: string, properties: object) => Settlers;
    resolveProperties: (resource: object, settlers: Settlers, ...outcome: unknown[]) => void;
  };
  const { transferProperties, resolveProperties } = rpc;
  const registered = new WeakMap<object, { readonly label: string; readonly settlers: Settlers }>();
  const resolved = new WeakMap<object, (settlers: Settlers) => void>();

  function read(resource: object, name: string): unknown {
    const { label = "", settlers = {} } = registered.get(resource) ?? {};
    // The getter gives way to the SDK's own property.
    Reflect.deleteProperty(resource, name);
    const made = transferProperties(resource, label, { [name]: undefined });
    Object.assign(settlers, made);
    resolved.get(resource)?.(made);
    return Reflect.get(resource, name);
  }
  // One for all resources: a large plan has ten thousands of properties.
  const getters = new Map<string, PropertyDescriptor>();
  function getterOf(name: string): PropertyDescriptor {
    const getter = getters.get(name) ?? {
      configurable: true,
      enumerable: true,
      get(this: object) {
        return read(this, name);
      },
    };
    getters.set(name, getter);
    return getter;
  }

  rpc.transferProperties = (resource, label, properties) => {
    const settlers: Settlers = {};
    registered.set(resource, { label, settlers });
    for (const name of Object.keys(properties)) {
      if (name === "id" || name === "urn") continue;
      if (Object.hasOwn(resource, name)) throw new Error(`${label}: property ${name} is already initialized`);
      Object.defineProperty(resource, name, getterOf(name));
    }
    return settlers;
  };
  rpc.resolveProperties = (resource, settlers, ...outcome) => {
    resolved.set(resource, (late) => {
      resolveProperties(resource, late, ...outcome);
    });
    resolveProperties(resource, settlers, ...outcome);
  };
}

function ifPossible(change: () => void): void {
  try {
    change();
  } catch {
    // Another version of the SDK may have other files.
  }
}

function replaceModule(name: string, exports: object): void {
  const filename = require.resolve(name);
  require.cache[filename] = {
    id: filename,
    filename,
    loaded: true,
    exports,
    children: [],
    paths: [],
    path: filename,
    parent: null,
    require,
    isPreloading: false,
  };
}

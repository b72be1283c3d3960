/**
 * Loaded before the tests. Pulumi's SDK notes a stack trace for each of its promises, and Node.js translates each one to
 * the lines of the TypeScript files, which takes most of the time of a program that runs in a test. Only a message about
 * leaked promises prints these traces (PULUMI_DEBUG_PROMISE_LEAKS).
 */
import { createRequire } from "node:module";

/** The SDK's own object, which the rest of it calls. */
const debuggable = createRequire(__filename)("@pulumi/pulumi/runtime/debuggable") as {
  debuggablePromise: (promise: Promise<unknown>, context: unknown) => Promise<unknown>;
  readonly debugPromiseLeaks: boolean;
};
const original = debuggable.debuggablePromise;

if (!debuggable.debugPromiseLeaks)
  debuggable.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return original(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };

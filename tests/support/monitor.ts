import * as pulumi from "@pulumi/pulumi";
import { errorOf } from "../../components/error-message";
import {
  type RecordedResource,
  type WireProperties,
  failOnUnhandledRejection,
  startRecorder,
} from "../../plan/offline/recorder";

/** The harness of the tests that need no engine: it runs a program on the in-process monitor. */

/** One resource as it was registered. */
export type Registered = RecordedResource;

/** What a cloud's API would say of a resource beyond its inputs; `id` is its id, by default the name with an ending. */
export type OutputsOf = (resource: {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}) => Readonly<Record<string, unknown>> | undefined;

/** What a program did. */
export interface Recording {
  readonly resources: readonly Registered[];
  /** What components registered as their outputs, by URN. */
  readonly registeredOutputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** What the program returned, all outputs resolved; unknown ones are undefined. */
  readonly result: unknown;
  /** What the program threw. */
  readonly error: Error | undefined;
}

/** How a program is run. */
export interface RunOptions {
  readonly outputsOf?: OutputsOf;
  /** The stack's configuration: full keys such as `aws:region`, values as Pulumi hands them over (mappings as JSON). */
  readonly config?: Readonly<Record<string, string>>;
  /** The keys whose values `pulumi config set --secret` has encrypted, with the values decrypted in `config`. */
  readonly secretKeys?: readonly string[];
  /** True for a run in which no id and no output is known yet. */
  readonly preview?: boolean;
  /** What the stack's state has, by URN. Default: nothing. */
  readonly state?: Readonly<Record<string, { readonly type: string; readonly outputs: object }>>;
}

/** The project and stack that every run has. */
export const facts = { project: "immutable-service", stack: "dev" } as const;

// Longer than any program takes, shorter than the test's own time: a registration that never ends gets named.
const settleSeconds = 15;

/** Runs a program and waits until everything that it registered has settled. */
export async function run(
  program: () => unknown,
  { outputsOf = () => ({}), config = {}, secretKeys = [], preview = false, state = {} }: RunOptions = {},
): Promise<Recording> {
  // A registration that fails leaves the program waiting for ever, so the run ends with the first such failure.
  let refuse: (reason: Error) => void = () => undefined;
  const refused = new Promise<never>((_resolve, reject) => (refuse = reject));
  refused.catch(() => undefined);
  const inTime = <T>(work: Promise<T>) => Promise.race([withinTime(work), refused]);

  const recorder = await startRecorder(pulumi, {
    ...facts,
    config,
    secretKeys,
    preview,
    state,
    mocks: {
      newResource: ({ type, name, inputs, custom }) => {
        if (custom === false) return { id: undefined, state: {} };
        const plain = unwrap(inputs) as Record<string, unknown>;
        const outputs = outputsOf({ type, name, inputs: plain });
        if (outputs === undefined) {
          const unknown = new Error(`the harness does not know what ${type} outputs`);
          refuse(unknown);
          throw unknown;
        }
        // A preview knows inputs only; with an id, a resource hidden behind an apply on an unknown would not be found.
        if (preview) return { id: undefined, state: plain };
        const { id = `${name}-id` } = outputs as { readonly id?: string };
        return { id, state: { ...plain, ...outputs } };
      },
      call: ({ token }) => {
        throw new Error(`the program asked the cloud: ${token}`);
      },
    },
    read: (wire) => (wire === undefined ? {} : plainValues(wire)),
  });

  let result: unknown;
  let error: Error | undefined;
  await failOnUnhandledRejection(async () => {
    try {
      result = await inTime(resolved(await program()));
    } catch (thrown) {
      error = errorOf(thrown);
    }
    await inTime(recorder.settled());
  });
  return { resources: [...recorder.resources.values()], registeredOutputs: recorder.outputs, result, error };
}

/** The value behind outputs at any depth; an unknown one is undefined. */
async function resolved(value: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const whole = pulumi.output(value) as pulumi.Output<unknown> & { promise(): Promise<unknown> };
    whole.promise().then(resolve, reject);
  });
}

/** Properties on their way to the engine as plain values, secrets among them. */
function plainValues(wire: WireProperties): Record<string, unknown> {
  const { deserializeProperties } = pulumi.runtime as unknown as {
    deserializeProperties: (wire: WireProperties) => object;
  };
  return unwrap(deserializeProperties(wire)) as Record<string, unknown>;
}

function unwrap(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return unwrap(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unwrap(part)]));
  return value;
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the program did not settle within ${settleSeconds} s`));
    }, settleSeconds * 1000);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

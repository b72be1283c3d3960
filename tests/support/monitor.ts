import * as pulumi from "@pulumi/pulumi";

/**
 * The one harness of the tests that need no engine, and the only file that touches Pulumi's mocks and internals: it
 * runs a program on the in-process monitor and records what the program registers.
 */

/** One resource as it was registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** The parent's URN; empty for a resource without one. */
  readonly parent: string;
  /** The URNs of all that this one waits for: named by dependsOn, or by an input. */
  readonly dependencies: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** The URN of the resource with which the engine takes this one to be deleted; empty for none. */
  readonly deletedWith: string;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  /** Time limits such as `{ create: "10m" }`, of the operations that have one. */
  readonly customTimeouts: Readonly<Record<string, string>>;
}

/** What a cloud's API would say of a resource beyond its inputs. */
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
  /** True for a run in which no id and no output is known yet. */
  readonly preview?: boolean;
}

/** The project and stack that every run has. */
export const facts = { project: "immutable-service", stack: "dev" } as const;

/** The part of a registration request that is recorded. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDeletedwith(): string;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> };
}
type Done<T> = (error: unknown, response: T) => void;
interface Monitor {
  registerResource(request: Request, done: Done<{ getUrn(): string } | undefined>): unknown;
  registerResourceOutputs(request: OutputsRequest, done: Done<unknown>): unknown;
}
interface Internals {
  getMonitor(): Monitor;
  waitForRPCs(): Promise<void>;
}

// Longer than any program takes, shorter than the test's own time: a registration that never ends gets named.
const settleSeconds = 15;

/** Runs a program and waits until everything that it registered has settled. */
export async function run(
  program: () => unknown,
  { outputsOf = () => ({}), config = {}, preview = false }: RunOptions = {},
): Promise<Recording> {
  const internals = pulumi.runtime as unknown as Internals;
  const inputs = new Map<string, Record<string, unknown>>();
  const recorded: Promise<Registered>[] = [];
  const registeredOutputs = new Map<string, Record<string, unknown>>();
  const stray: unknown[] = [];
  // A registration that fails leaves the program waiting for ever, so the run ends with the first such failure.
  let refuse: (reason: Error) => void = () => undefined;
  const refused = new Promise<never>((_resolve, reject) => (refuse = reject));
  refused.catch(() => undefined);
  const inTime = <T>(work: Promise<T>) => Promise.race([withinTime(work), refused]);
  const onStray = (reason: unknown) => stray.push(reason);
  process.on("unhandledRejection", onStray);

  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given, custom }) => {
        const plain = unwrap(given) as Record<string, unknown>;
        inputs.set(`${type} ${name}`, plain);
        if (custom === false) return { id: undefined, state: {} };
        const outputs = outputsOf({ type, name, inputs: plain });
        if (outputs === undefined) {
          const unknown = new Error(`the harness does not know what ${type} outputs`);
          refuse(unknown);
          throw unknown;
        }
        // A preview knows inputs only; with an id, a resource hidden behind an apply on an unknown would not be found.
        return preview ? { id: undefined, state: plain } : { id: `${name}-id`, state: { ...plain, ...outputs } };
      },
      call: ({ token }) => {
        throw new Error(`the program asked the cloud: ${token}`);
      },
    },
    facts.project,
    facts.stack,
    preview,
  );
  pulumi.runtime.setAllConfig({ ...config });
  record(internals.getMonitor());

  let result: unknown;
  let error: Error | undefined;
  try {
    result = await inTime(resolved(await program()));
  } catch (thrown) {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  }
  await inTime(internals.waitForRPCs());
  // Rejections that nobody handles are told after the current turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onStray);
  if (stray.length > 0)
    throw new AggregateError(
      stray,
      `the program left ${stray.length} rejections unhandled: ${stray.map(String).join("; ")}`,
    );
  return { resources: await Promise.all(recorded), registeredOutputs, result, error };

  function record(monitor: Monitor): void {
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, done) => {
      let tell: (resource: Registered) => void = () => undefined;
      recorded.push(new Promise((resolve) => (tell = resolve)));
      const [type, name] = [request.getType(), request.getName()];
      return register(request, (failure, response) => {
        tell({
          type,
          name,
          urn: response?.getUrn() ?? "",
          parent: request.getParent(),
          dependencies: request.getDependenciesList(),
          inputs: inputs.get(`${type} ${name}`) ?? {},
          ignoreChanges: request.getIgnorechangesList(),
          replaceOnChanges: request.getReplaceonchangesList(),
          deletedWith: request.getDeletedwith(),
          retainOnDelete: request.getRetainondelete() === true,
          deleteBeforeReplace: request.getDeletebeforereplace(),
          customTimeouts: timeoutsOf(request),
        });
        done(failure, response);
      });
    };
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResourceOutputs = (request, done) => {
      registeredOutputs.set(request.getUrn(), unwrap(request.getOutputs().toJavaScript()) as Record<string, unknown>);
      return registerOutputs(request, done);
    };
  }
}

function timeoutsOf(request: Request): Record<string, string> {
  const limits = request.getCustomtimeouts();
  const named = { create: limits?.getCreate(), update: limits?.getUpdate(), delete: limits?.getDelete() };
  return Object.fromEntries(
    Object.entries(named).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== ""),
  );
}

/** The value behind outputs at any depth; an unknown one is undefined. */
async function resolved(value: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const whole = pulumi.output(value) as pulumi.Output<unknown> & { promise(): Promise<unknown> };
    whole.promise().then(resolve, reject);
  });
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

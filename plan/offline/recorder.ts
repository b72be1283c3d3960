import type * as pulumi from "@pulumi/pulumi";

/**
 * Runs a program without an engine: the SDK's own mock monitor answers in this process, and what the program registers
 * is recorded. The plan and the tests both use it. It is the only file that knows the monitor's protocol.
 */

/** A resource as the program registered it. */
export interface RecordedResource {
  /** The URN that the engine would give it. */
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The parent's URN; null for a child of the stack. */
  readonly parent: string | null;
  /** The URNs of everything that it waits for, named by `dependsOn` or by an input; sorted. */
  readonly dependencies: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The URNs of the resources whose outputs are in an input, by the input's name; sorted. Other inputs are absent. */
  readonly inputDependencies: Readonly<Record<string, readonly string[]>>;
  /** Properties whose changes the engine ignores. */
  readonly ignoreChanges: readonly string[];
  /** Properties whose changes replace the resource, as the program itself says; the provider may know more. */
  readonly replaceOnChanges: readonly string[];
  /** The URN of the resource whose deletion deletes this one too; null for none. */
  readonly deletedWith: string | null;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  /** Time limits such as `{ create: "10m" }`, of the operations that have one. */
  readonly customTimeouts: Readonly<Record<string, string>>;
}

/** What was registered so far. */
export interface Recorder {
  /** In the order of their registration, without the stack itself. */
  readonly resources: ReadonlyMap<string, RecordedResource>;
  /** What the stack and its components registered as their outputs, by URN; the stack's own under the empty text. */
  readonly outputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The names of the resources whose transforms only an engine can run. */
  readonly withTransforms: ReadonlySet<string>;
  /** Waits until every registration that has begun is done. */
  settled(): Promise<void>;
}

/** Properties on their way to the engine. */
export interface WireProperties {
  toJavaScript(): Record<string, unknown>;
}

/** The call by which a program reads the state of a stack, such as its own. */
const readState = "pulumi:pulumi:readStackResourceOutputs";

/** Where a program runs and what answers it. */
export interface RecorderOptions {
  readonly project: string;
  readonly stack: string;
  /** Configuration by full keys such as `aws:region`; mappings as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** The keys whose values are secret; default none. */
  readonly secretKeys?: readonly string[];
  /** Whether the program runs as in a preview: an output that no mock sets stays unknown. */
  readonly preview: boolean;
  /** What a cloud would answer. */
  readonly mocks: pulumi.runtime.Mocks;
  /** What the stack's state has: the type and the outputs of each resource, by URN. Default: nothing. */
  readonly state?: Readonly<Record<string, { readonly type: string; readonly outputs: object }>>;
  /** Whether the program is told that nobody knows its stack's state. Default: no. */
  readonly offline?: boolean;
  /** Turns properties on their way to the engine into the values to record; called with nothing for no properties. */
  readonly read: (properties: WireProperties | undefined) => Readonly<Record<string, unknown>>;
}

/** The parts of the SDK's mock monitor that are used here. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: ResourceRequest, answer: Answer<{ getUrn(): string }>): void;
  registerResourceOutputs(request: OutputsRequest, answer: Answer<object>): void;
}
type Answer<T> = (error: Error | null, response?: T) => void;
interface ResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { entries(): Iterable<readonly [string, { getUrnsList(): string[] }]> };
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getDeletedwith(): string;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
  getTransformsList(): unknown[];
  getObject(): WireProperties | undefined;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): WireProperties | undefined;
}

const stackType = "pulumi:pulumi:Stack";
const isStack = (urn: string) => urn.includes(`::${stackType}::`);

/** Puts a recorder between the SDK and its mock monitor. A program that is started after this is recorded. */
export async function startRecorder(sdk: typeof pulumi, options: RecorderOptions): Promise<Recorder> {
  const { project, stack, config, secretKeys = [], preview, mocks, state = {}, offline = false, read } = options;
  const { runtime } = sdk;
  const withState: pulumi.runtime.Mocks = {
    newResource: (resource) => mocks.newResource(resource),
    // The engine answers this call itself, from the stack's state.
    call: (call) => (call.token === readState ? { outputs: state, ...(offline ? { offline } : {}) } : mocks.call(call)),
  };
  await runtime.setMocks(withState, project, stack, preview, "organization");
  runtime.setAllConfig({ ...config }, [...secretKeys]);
  const monitor = runtime.getMonitor() as unknown as Monitor;

  const resources = new Map<string, RecordedResource>();
  const outputs = new Map<string, Readonly<Record<string, unknown>>>();
  const withTransforms = new Set<string>();

  // The mock's own URNs have the type of the nearest parent only.
  monitor.newUrn = (parent, type, name) => [`urn:pulumi:${stack}`, project, typesOf(parent) + type, name].join("::");

  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) => {
    register(request, (error, response) => {
      if (error || response === undefined) {
        answer(error, response);
        return;
      }
      const [urn, type, name] = [response.getUrn(), request.getType(), request.getName()];
      // The engine refuses it too.
      if (resources.has(urn)) {
        answer(new Error(`there are two resources of type ${type} with the name ${name}`));
        return;
      }
      if (request.getTransformsList().length > 0) withTransforms.add(name);
      if (type !== stackType)
        resources.set(urn, {
          urn,
          type,
          name,
          parent: isStack(request.getParent()) ? null : request.getParent() || null,
          dependencies: request.getDependenciesList().sort(),
          inputs: read(request.getObject()),
          inputDependencies: inputDependenciesOf(request),
          ignoreChanges: request.getIgnorechangesList(),
          replaceOnChanges: request.getReplaceonchangesList(),
          deletedWith: request.getDeletedwith() || null,
          retainOnDelete: request.getRetainondelete() === true,
          deleteBeforeReplace: request.getDeletebeforereplace(),
          customTimeouts: timeoutsOf(request),
        });
      answer(error, response);
    });
  };

  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, answer) => {
    outputs.set(isStack(request.getUrn()) ? "" : request.getUrn(), read(request.getOutputs()));
    registerOutputs(request, answer);
  };

  const { waitForRPCs } = runtime as unknown as { waitForRPCs: () => Promise<void> };
  return { resources, outputs, withTransforms, settled: () => waitForRPCs() };
}

/** The types of a parent and of all above it but the stack, each followed by `$`, as they begin a child's URN. */
function typesOf(parent: string): string {
  // urn:pulumi:STACK::PROJECT::TYPES::NAME, and no type has two colons in a row.
  return parent === "" || isStack(parent) ? "" : `${parent.split("::")[2] ?? ""}$`;
}

function inputDependenciesOf(request: ResourceRequest): Record<string, readonly string[]> {
  const entries = [...request.getPropertydependenciesMap().entries()]
    .map(([name, dependencies]) => [name, dependencies.getUrnsList().sort()] as const)
    .filter(([, urns]) => urns.length > 0);
  return Object.fromEntries(entries);
}

function timeoutsOf(request: ResourceRequest): Record<string, string> {
  const limits = request.getCustomtimeouts();
  const named = { create: limits?.getCreate(), update: limits?.getUpdate(), delete: limits?.getDelete() };
  return Object.fromEntries(
    Object.entries(named).filter((one): one is [string, string] => one[1] !== undefined && one[1] !== ""),
  );
}

/** Runs `work`, and fails as soon as a promise that it started is rejected and nothing handles it. */
export async function failOnUnhandledRejection<T>(work: () => Promise<T>): Promise<T> {
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // The race below may be over before this fails.
  failed.catch(() => undefined);
  process.on("unhandledRejection", fail);
  try {
    const result = await Promise.race([work(), failed]);
    // Node reports unhandled rejections after the microtask queue.
    await Promise.race([new Promise((resolve) => setImmediate(() => setImmediate(resolve))), failed]);
    return result;
  } finally {
    process.off("unhandledRejection", fail);
  }
}

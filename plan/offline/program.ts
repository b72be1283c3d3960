import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import { PlanFailure, asFailure } from "../failure";

/**
 * The engine's stand-in: runs a program in this process and records what it registers. The only file of the plan that
 * knows Pulumi's internals. It never imports the SDK before `run`, so that `leaveOutClosures` can come first.
 */

/** What a program is told about where it runs. */
export interface Surroundings {
  readonly project: string;
  readonly stack: string;
  /** Configuration values as texts; mappings as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys whose values are secret. */
  readonly encrypted: readonly string[];
}

/** A resource as it was registered. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string | null;
  readonly dependencies: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
}

/** What a program did. */
export interface Recording {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The cloud's functions that it called and nobody could answer, by token. */
  readonly lookups: readonly string[];
  /** The resources that the engine would have handed back to the program to be transformed, by name. */
  readonly untransformed: readonly string[];
}

/** The part of the SDK's monitor client that is used here. */
interface Monitor {
  registerResource(request: Request, answer: (error: Error | null, response?: { getUrn(): string }) => void): void;
  registerResourceOutputs(
    request: { getUrn(): string; getOutputs(): Wire | undefined },
    answer: (error: Error | null, response?: object) => void,
  ): void;
}
interface Wire {
  toJavaScript(): Record<string, unknown>;
}
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getTransformsList(): unknown[];
  getObject(): Wire | undefined;
}

const stackType = "pulumi:pulumi:Stack";

/** Runs `program` and waits until everything that it started is done. Throws a PlanFailure for whatever goes wrong. */
export async function run(
  program: () => Promise<unknown>,
  { project, stack, values, encrypted }: Surroundings,
): Promise<Recording> {
  const sdk = await import("@pulumi/pulumi");
  const { runtime } = sdk;
  const recorder: Recorder = { resources: new Map(), untransformed: new Set(), outputs: {} };
  const lookups = new Set<string>();
  const properties = new Map<string, readonly string[]>();

  runtime.setAllConfig({ ...values }, [...encrypted]);
  // As a preview: what is not known stays unknown, and nothing waits for it.
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `<${name}.id>`,
        state: {
          ...standIns(name, properties.get(`${type} ${name}`) ?? []),
          ...defined(inputs as Record<string, unknown>),
        },
      }),
      call: ({ token }) => {
        lookups.add(token);
        return standIns(token.split(":").at(-1) ?? token, lookupProperties);
      },
    },
    project,
    stack,
    true,
  );
  record(runtime.getMonitor() as unknown as Monitor, recorder, (value) => readable(value, runtime));

  await untilSettled(async () => {
    await runtime.runInPulumiStack(() => {
      // Transformations are shown every property of a resource, also those that only the cloud sets.
      runtime.registerStackTransformation(({ type, name, props }) => {
        properties.set(`${type} ${name}`, Object.keys(props));
        return undefined;
      });
      return program();
    });
    await (runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  }, lookups);
  if (sdk.log.hasErrors()) throw new PlanFailure("the program logged an error, with which an update would fail");
  return {
    resources: [...recorder.resources.values()],
    outputs: recorder.outputs,
    lookups: [...lookups].sort(),
    untransformed: [...recorder.untransformed].sort(),
  };
}

/** What has been registered so far. */
interface Recorder {
  readonly resources: Map<string, RecordedResource>;
  readonly untransformed: Set<string>;
  outputs: Readonly<Record<string, unknown>>;
}

/** Puts a recorder before the monitor. Two resources with one name are refused here as the engine refuses them. */
function record(monitor: Monitor, recorder: Recorder, read: (value: unknown) => unknown): void {
  const { resources, untransformed } = recorder;
  const register = monitor.registerResource.bind(monitor);
  const wholes = new Map<string, string>();
  const whole = (urn: string) => wholes.get(urn) ?? urn;
  monitor.registerResource = (request, answer) => {
    register(request, (error, response) => {
      const urn = response?.getUrn() ?? "";
      const type = request.getType();
      if (!error && resources.has(urn)) {
        answer(new Error(`there are two resources of type ${type} with the name ${request.getName()}`));
        return;
      }
      if (request.getTransformsList().length > 0) untransformed.add(request.getName());
      if (!error && type !== stackType) {
        const parent = request.getParent().includes(`::${stackType}::`) ? null : request.getParent() || null;
        const full = asEngine(urn, type, parent === null ? null : whole(parent));
        wholes.set(urn, full);
        resources.set(urn, {
          urn: full,
          type,
          name: request.getName(),
          parent: parent === null ? null : whole(parent),
          dependencies: request.getDependenciesList().map(whole).sort(),
          inputs: read(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
          ignoreChanges: request.getIgnorechangesList(),
          replaceOnChanges: request.getReplaceonchangesList(),
        });
      }
      answer(error, response);
    });
  };
  // The stack's outputs are taken from here because secrets among them are still marked as such.
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, answer) => {
    if (request.getUrn().includes(`::${stackType}::`))
      recorder.outputs = read(request.getOutputs()?.toJavaScript() ?? {}) as Record<string, unknown>;
    registerOutputs(request, answer);
  };
}

/** A URN as the engine makes it: with the types of all its parents but the stack. The SDK's monitor knows the nearest one only. */
function asEngine(urn: string, type: string, parent: string | null): string {
  // urn:pulumi:STACK::PROJECT::TYPES::NAME, and no type has two colons in a row.
  const [stack = "", project = "", , ...name] = urn.split("::");
  const types = parent === null ? type : `${parent.split("::")[2] ?? ""}$${type}`;
  return [stack, project, types, ...name].join("::");
}

/** Runs `work`, and fails as soon as anything that it started fails with nobody waiting for it. */
async function untilSettled<T>(work: () => Promise<T>, lookups: ReadonlySet<string>): Promise<T> {
  let fail: (reason: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const log = console.log;
  // Standard output is the plan's alone.
  console.log = console.error;
  process.on("unhandledRejection", fail);
  try {
    const result = await Promise.race([work(), failed]);
    // A rejection is told to be unhandled only after the microtasks of its turn.
    await Promise.race([new Promise((resolve) => setImmediate(() => setImmediate(resolve))), failed]);
    return result;
  } catch (error) {
    const failure = asFailure(error);
    if (lookups.size === 0) throw failure;
    throw new PlanFailure(
      `${failure.message}\nThe program asked the cloud for ${[...lookups].join(", ")}, which an offline plan cannot answer.`,
      failure.problems,
    );
  } finally {
    process.off("unhandledRejection", fail);
    console.log = log;
  }
}

/** Names of properties that hold one text on either cloud. A stand-in of another kind would break programs that take it apart. */
const holdsText =
  /^(arn|name|bucket|url|zone|region|accountId|partition|status|location|vswitchId|protocol|version)$|(Arn|Name|Id|Url|Uri|Endpoint|Address|Suffix|Block|Domain|Version)$/;

/** What nearly every function of a cloud answers. */
const lookupProperties = ["id", "arn", "name", "accountId", "region", "partition", "dnsName", "vpcId"];

/** Texts that tell where a value will come from, such as `<bookstore.dnsName>`; everything else stays unknown. */
function standIns(of: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.filter((name) => holdsText.test(name)).map((name) => [name, `<${of}.${name}>`]));
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Inputs as they came over the wire, with words for secrets, for what is not known and for references to resources. */
function readable(value: unknown, runtime: typeof pulumi.runtime): unknown {
  if (Array.isArray(value)) return value.map((part) => readable(part, runtime));
  if (value === runtime.unknownValue) return "[unknown]";
  if (typeof value !== "object" || value === null) return value;
  if (runtime.isRpcSecret(value)) return "[secret]";
  const parts = value as Record<string, unknown>;
  if (parts[runtime.specialSigKey] === runtime.specialResourceSig) return parts.urn;
  return Object.fromEntries(
    Object.keys(parts)
      // The text that names a dynamic resource's module. Another version of it changes nothing in the cloud.
      .filter((key) => key !== "__provider")
      .sort()
      .map((key) => [key, readable(parts[key], runtime)]),
  );
}

/**
 * Keeps the SDK from loading what only serialises functions: the TypeScript compiler and npm's dependency resolver, more
 * than half of the SDK's start. This program serialises none: its dynamic resources name modules. For a process of the
 * plan's own, before the SDK is imported.
 */
export function leaveOutClosures(): void {
  const require = createRequire(__filename);
  try {
    const serializeFunction = () => Promise.resolve({ text: "", containsSecrets: false });
    replace(require, "@pulumi/pulumi/runtime/closure/serializeClosure", { serializeFunction });
    replace(require, "@pulumi/pulumi/runtime/closure/codePaths", {});
  } catch {
    // Another version of the SDK may have other files; then it loads all of them and the plan takes longer.
  }
}

function replace(require: NodeJS.Require, name: string, exports: object): void {
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

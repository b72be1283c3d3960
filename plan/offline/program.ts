import type * as pulumi from "@pulumi/pulumi";
import { PlanFailure, asFailure } from "../failure";
import {
  type RecordedResource,
  type RecorderOptions,
  type WireProperties,
  failOnUnhandledRejection,
  startRecorder,
} from "./recorder";
import { servingAfterUpdate } from "./serving";

/*
 * Runs a program offline: as in a preview, with a placeholder for each text that only the cloud knows. The SDK is
 * imported by `run`, so that sdk.ts can come first.
 */

/** Where a program runs. */
export interface RunContext {
  readonly project: string;
  readonly stack: string;
  /** Configuration values as texts; mappings as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys whose values are secret. */
  readonly encrypted: readonly string[];
  /** What the stack's state has, as the program reads it. Default: nothing. */
  readonly state?: RecorderOptions["state"];
}

/** A resource of a program that ran offline. */
export interface OfflineResource extends RecordedResource {
  /** The only inputs whose changes count, of a dynamic resource of the library; absent for every other resource. */
  readonly comparedInputs?: readonly string[] | undefined;
}

/** What a program did. */
export interface Recording {
  readonly resources: readonly OfflineResource[];
  /** The objects that the program made of its components, by URN. */
  readonly components: ReadonlyMap<string, object>;
  /** What the program output. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The cloud's functions that the program called, by token; an offline plan answers them with placeholders. */
  readonly lookups: readonly string[];
  /** The warnings that it logged. */
  readonly warnings: readonly string[];
  /** The resources whose transforms only an engine can run, by name. */
  readonly withTransforms: readonly string[];
}

/** Runs `program` and waits until everything that it started is done. Throws a PlanFailure if anything goes wrong. */
export async function run(program: () => Promise<unknown>, context: RunContext): Promise<Recording> {
  const { project, stack, values, encrypted, state = {} } = context;
  const sdk = await import("@pulumi/pulumi");
  const { runtime } = sdk;
  const lookups = new Set<string>();
  const warnings = new Set<string>();
  const properties = new Map<string, readonly string[]>();
  const kinds = new Map<string, RemoteChanges>();
  const components: pulumi.Resource[] = [];
  const recorder = await startRecorder(sdk, {
    project,
    stack,
    config: values,
    secretKeys: encrypted,
    preview: true,
    state,
    offline: true,
    mocks: {
      newResource: ({ type, name, inputs }) => ({
        id: `<${name}.id>`,
        state: {
          ...placeholders(name, properties.get(`${type} ${name}`) ?? []),
          ...omitUndefined(inputs as Record<string, unknown>),
          ...servingAfterUpdate(type, inputs as object),
        },
      }),
      call: ({ token }) => {
        lookups.add(token);
        return placeholders(token.split(":").at(-1) ?? token, lookupProperties);
      },
    },
    read: (wire) => inWords(wire, runtime),
  });

  await offline(
    async () => {
      await runtime.runInPulumiStack(() => {
        // A transformation sees every property of a resource, also those that only the cloud sets, and every object.
        runtime.registerStackTransformation(({ type, name, props, resource }) => {
          properties.set(`${type} ${name}`, Object.keys(props));
          const kind = remoteChanges((props as { __provider?: unknown }).__provider);
          if (kind !== undefined) kinds.set(`${type} ${name}`, kind);
          // Not by class: a program may bring another copy of the SDK.
          if ("registerOutputs" in resource) components.push(resource);
          return undefined;
        });
        return program();
      });
      await recorder.settled();
    },
    { lookups, warnings },
  );
  if (sdk.log.hasErrors()) throw new PlanFailure("the program logged an error, with which an update would fail");
  return {
    resources: [...recorder.resources.values()].map((resource) => {
      const kind = kinds.get(`${resource.type} ${resource.name}`);
      return kind === undefined ? resource : { ...resource, ...kind };
    }),
    components: new Map(await Promise.all(components.map(async (made) => [await urnOf(made), made] as const))),
    outputs: recorder.outputs.get("") ?? {},
    lookups: [...lookups].sort(),
    warnings: [...warnings],
    withTransforms: [...recorder.withTransforms].sort(),
  };
}

/** What a dynamic resource of the library does when its inputs change. */
type RemoteChanges = Required<Pick<OfflineResource, "replaceOnChanges" | "comparedInputs">>;

/** Reads it from the text that names the resource's module (components/remote.ts); undefined for any other resource. */
function remoteChanges(provider: unknown): RemoteChanges | undefined {
  const [, json] = (typeof provider === "string" && /^const kind = (\{.*\});\n/.exec(provider)) || [];
  if (json === undefined) return undefined;
  const { replaceOnChanges = [], updateOnChanges = [] } = JSON.parse(json) as Partial<
    Record<"replaceOnChanges" | "updateOnChanges", readonly string[]>
  >;
  return { replaceOnChanges, comparedInputs: [...replaceOnChanges, ...updateOnChanges] };
}

function urnOf({ urn }: pulumi.Resource): Promise<string> {
  return new Promise((resolve) => urn.apply(resolve));
}

/** How the SDK prints what a program logs as a warning, where no engine takes it. */
const warningPrefix = "warning: [runtime] ";

/**
 * Runs `work` with its prints on standard error, collects the warnings that it logs, and names the lookups of a program
 * that fails.
 */
async function offline(
  work: () => Promise<void>,
  { lookups, warnings }: { readonly lookups: ReadonlySet<string>; readonly warnings: Set<string> },
): Promise<void> {
  const { log, warn } = console;
  // Standard output is the plan's alone.
  console.log = console.error;
  console.warn = (...words: unknown[]) => {
    const [text] = words;
    if (typeof text === "string" && text.startsWith(warningPrefix)) warnings.add(text.slice(warningPrefix.length));
    else warn(...words);
  };
  try {
    await failOnUnhandledRejection(work);
  } catch (error) {
    const failure = asFailure(error);
    if (lookups.size === 0) throw failure;
    throw new PlanFailure(
      `${failure.message}\nThe program calls ${[...lookups].join(", ")}, which an offline plan cannot do.`,
      failure.problems,
    );
  } finally {
    console.log = log;
    console.warn = warn;
  }
}

/** The properties that are texts on both clouds. A placeholder for any other would break a program that reads it. */
const isText =
  /^(arn|name|bucket|url|zone|region|accountId|partition|status|location|vswitchId|protocol|version)$|(Arn|Name|Id|Url|Uri|Endpoint|Address|Suffix|Block|Domain|Version)$/;

/** What nearly every function of a cloud returns. */
const lookupProperties = ["id", "arn", "name", "accountId", "region", "partition", "dnsName", "vpcId"];

/** Texts that show where a value will come from, such as `<bookstore.dnsName>`. Every other property stays unknown. */
function placeholders(of: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.filter((name) => isText.test(name)).map((name) => [name, `<${of}.${name}>`]));
}

function omitUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Properties with words for secrets and for unknown values, URNs for resources, and keys in order. */
function inWords(wire: WireProperties | undefined, runtime: typeof pulumi.runtime): Record<string, unknown> {
  return words(wire?.toJavaScript() ?? {}) as Record<string, unknown>;

  function words(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(words);
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
        .map((key) => [key, words(parts[key])]),
    );
  }
}
